import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { isPaymentId } from '../shared/ids/ids.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { commandPayment } from './command-payment.ts';
import { createPayment } from './create-payment.ts';
import { cancel, capture, MAX_OPERATIONS } from './payment-commands.ts';
import { cancelPaymentSchema, capturePaymentSchema, createPaymentSchema } from './payment-schemas.ts';
import { etagOf, paymentView } from './payment-view.ts';
import type * as z from 'zod';
import type { Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Route } from '../shared/contract/routes.ts';
import type { CommandPayment, Refusal } from './command-payment.ts';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

/** HTTP mapping of the payments service. */
export const paymentEndpoints = (store: PaymentStore, deadlines: PaymentDeadlines, signer: CursorSigner): readonly Endpoint[] => {
  const view = (payment: Payment): Record<string, unknown> => paymentView(payment, deadlines);
  return [
    create(store, deadlines, view), get(store, view), list(store, signer, view),
    command(store, deadlines, view, routes.capturePayment, capturePaymentSchema, ({ amount, final }) => ({
      decide: capture(withoutUndefined({ amountMinor: amount?.value, currency: amount?.currency, final })), result: withoutUndefined({ amountMinor: amount?.value, final }),
    })),
    command(store, deadlines, view, routes.cancelPayment, cancelPaymentSchema, ({ reason }) => ({ decide: cancel, result: reason === undefined ? {} : { reason } })),
  ];
};

type View = (payment: Payment) => Record<string, unknown>;

const create = (store: PaymentStore, deadlines: PaymentDeadlines, view: View): Endpoint =>
  endpoint({
    route: routes.createPayment,
    bodySchema: createPaymentSchema,
    handle: async (request) => {
      const { caller, body } = request;
      const { amount, ...rest } = body;
      const result = await createPayment(store, deadlines, {
        tenant: caller.tenant,
        operation: routes.createPayment.operation,
        idempotencyKey: request.idempotencyKey,
        fingerprint: request.fingerprint,
        origin: request.origin,
        now: clock.now(caller.tenant),
        amountMinor: amount.value,
        currency: amount.currency,
        ...withoutUndefined(rest),
      });
      if (result.kind === 'key-reused') throw keyReused(request, result.earlier);
      const { payment } = result;
      return { status: 202, headers: { Location: `/v1/payments/${payment.id}` }, body: view(payment), replayed: result.kind === 'existing' };
    },
  });

const get = (store: PaymentStore, view: View): Endpoint =>
  endpoint({
    route: routes.getPayment,
    handle: async ({ caller, path }) => {
      const id = path['id'] ?? '';
      const payment = isPaymentId(id) ? await store.get(caller.tenant, id) : undefined;
      if (payment === undefined) throw notFound();
      return { status: 200, headers: { ETag: etagOf(payment) }, body: view(payment) };
    },
  });

const list = (store: PaymentStore, signer: CursorSigner, view: View): Endpoint =>
  endpoint({
    route: routes.listPayments,
    querySchema: listQuerySchema,
    handle: ({ caller, query }) =>
      listResponse(signer, { tenant: caller.tenant, operation: routes.listPayments.operation, filter: null }, query, (page) => store.list(caller.tenant, page), view),
  });

type Asked = Pick<CommandPayment, 'decide' | 'result'>;

const command = <Body>(
  store: PaymentStore, deadlines: PaymentDeadlines, view: View, route: Route, bodySchema: z.ZodType<Body>, asked: (body: Body) => Asked,
): Endpoint =>
  endpoint({
    route,
    bodySchema,
    handle: async (request) => {
      const { caller: { tenant }, path, body, idempotencyKey, fingerprint, origin } = request;
      const paymentId = path['id'] ?? '';
      if (!isPaymentId(paymentId)) throw notFound();
      const commanded = await commandPayment(store, deadlines, {
        tenant, paymentId, operation: route.operation, idempotencyKey, fingerprint, origin, now: clock.now(tenant), ...asked(body),
      });
      switch (commanded.kind) {
        case 'done':
          return { status: 202, headers: { Location: `/v1/payments/${paymentId}` }, body: view(commanded.payment), replayed: commanded.replayed };
        case 'not-found':
          throw notFound();
        case 'key-reused':
          throw keyReused(request, commanded.earlier);
        case 'refused':
          throw refused(commanded.payment, commanded.refusal);
      }
    },
  });

const refused = ({ status, operation, captureBefore }: Payment, refusal: Refusal): ProblemError => {
  const extra = { paymentStatus: status, ...(operation === undefined ? {} : { operation: operation.kind }) };
  switch (refusal.kind) {
    case 'wrong-state':
      return refusal.retryable
        ? new ProblemError('payment_busy', 'The ledger is being asked: try again in a moment.', { extra, retryAfterSeconds: 1 })
        : new ProblemError('payment_unexpected_state', 'The payment is not in a status in which this can be done.', { extra });
    case 'too-late':
      return new ProblemError('payment_unexpected_state', 'The time to capture the payment is over: what is still held is given back.', {
        extra: { ...extra, ...(captureBefore === undefined ? {} : { captureBefore: toRfc3339(captureBefore) }) },
      });
    case 'other-currency':
      return new ProblemError('currency_mismatch', "The amount is not in the payment's currency.", { param: '/amount/currency' });
    case 'exceeds':
      return new ProblemError('amount_exceeds_available', 'More than is left of the payment was asked for.', { param: '/amount/value', extra: { leftMinor: String(refusal.leftMinor) } });
    case 'too-many':
      return new ProblemError('limit_exceeded', `At most ${MAX_OPERATIONS} operations are possible on a payment: cancel it, or let it expire.`);
  }
};

type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
