import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { isPaymentId, isRefundId, patternOf } from '../shared/ids/ids.ts';
import { amountSchema } from '../shared/money/amount.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { createRefund } from './create-refund.ts';
import { refundFailures, refundReasons } from './refund.ts';
import { refundResolveBy } from './sweep-refunds.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { CreatedRefund } from './create-refund.ts';
import type { PaymentStore } from './payment-store.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/** Body of POST /v1/refunds; without an amount all that is left is refunded. */
export const createRefundSchema = z.strictObject({
  paymentId: z.string().regex(patternOf('payment'), 'must be a payment id (pay_…)').refine(isPaymentId),
  amount: amountSchema.optional(),
  reason: z.enum(refundReasons).optional(),
});

interface Ports {
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly deadlines: PaymentDeadlines;
  readonly signer: CursorSigner;
}

/** `/v1/refunds`: money of a payment, given back in full or in parts. */
export const refundEndpoints = ({ payments, refunds, deadlines, signer }: Ports): readonly Endpoint[] => [
  endpoint({
    route: routes.createRefund,
    bodySchema: createRefundSchema,
    handle: async (request) => {
      const { caller: { tenant }, idempotencyKey, fingerprint, origin, body: { paymentId, amount, reason } } = request;
      const created = await createRefund(payments, refunds, deadlines, {
        tenant, operation: routes.createRefund.operation, idempotencyKey, fingerprint, origin, now: clock.now(tenant), paymentId,
        ...(amount === undefined ? {} : { amount }), ...(reason === undefined ? {} : { reason }),
      });
      return createdResponse(request, created, deadlines);
    },
  }),
  endpoint({
    route: routes.listRefunds,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(
        signer, { tenant, operation: routes.listRefunds.operation, filter: null }, query,
        (page) => refunds.list(tenant, page), (refund) => viewOf(refund, deadlines),
      ),
  }),
  endpoint({
    route: routes.getRefund,
    handle: async ({ caller, path }) => {
      const id = path['id'] ?? '';
      const refund = isRefundId(id) ? await refunds.find(caller.tenant, id) : undefined;
      if (refund === undefined) throw notFound();
      return { status: 200, headers: { ETag: `"${refund.version}"` }, body: viewOf(refund, deadlines) };
    },
  }),
];

const createdResponse = (request: ApiRequest, created: CreatedRefund, deadlines: PaymentDeadlines): ApiResponse => {
  switch (created.kind) {
    case 'created':
    case 'existing':
      return {
        status: 202, headers: { Location: `/v1/refunds/${created.refund.id}` }, body: viewOf(created.refund, deadlines), replayed: created.kind === 'existing',
      };
    case 'key-reused':
      throw keyReused(request, created.earlier);
    case 'payment-not-found':
      // The payment is named in the body: the request is at fault, not the path.
      throw new ProblemError('payment_not_found', 'There is no such payment for this tenant.', { param: '/paymentId' });
    case 'currency-mismatch':
      throw new ProblemError('currency_mismatch', "The amount is not in the payment's currency.", { param: '/amount/currency' });
    case 'wrong-state':
      throw new ProblemError('payment_unexpected_state', 'Nothing of this payment has moved yet.', { extra: { paymentStatus: created.payment.status } });
    case 'exceeds':
      throw new ProblemError('amount_exceeds_available', 'More than is left of the payment was asked for.', { param: '/amount/value', extra: { leftMinor: String(created.leftMinor) } });
  }
};

const viewOf = (refund: Refund, deadlines: PaymentDeadlines) => {
  const resolveBy = refundResolveBy(refund, deadlines);
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    amount: { value: refund.amountMinor, currency: refund.currency },
    status: refund.status,
    ...(refund.reason === undefined ? {} : { reason: refund.reason }),
    ...(refund.failureCode === undefined ? {} : { failure: { code: refund.failureCode, message: refundFailures[refund.failureCode] } }),
    ...(resolveBy === undefined ? {} : { resolveBy: toRfc3339(resolveBy) }),
    createdAt: toRfc3339(refund.createdAt),
  };
};
