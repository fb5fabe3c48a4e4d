import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound } from '../shared/http/problem.ts';
import { isPaymentId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import { createPayment } from './create-payment.ts';
import { createPaymentSchema } from './payment-schemas.ts';
import { etagOf, paymentView } from './payment-view.ts';
import type { Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

/** HTTP mapping of the payments service. */
export const paymentEndpoints = (store: PaymentStore, deadlines: PaymentDeadlines, signer: CursorSigner): readonly Endpoint[] => {
  const view = (payment: Payment): Record<string, unknown> => paymentView(payment, deadlines);
  return [create(store, deadlines, view), get(store, view), list(store, signer, view)];
};

type View = (payment: Payment) => Record<string, unknown>;

const create = (store: PaymentStore, deadlines: PaymentDeadlines, view: View): Endpoint =>
  endpoint({
    route: routes.createPayment,
    bodySchema: createPaymentSchema,
    handle: async (request) => {
      const { caller, body } = request;
      const { amount, captureMethod: _automatic, ...rest } = body;
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

type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
