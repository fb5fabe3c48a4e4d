import * as z from 'zod';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { insist } from './insist.ts';
import { after, currency, key, minor, name, performer, tenant, waitFor } from './performer.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { ApiCall } from '../contract.ts';
import type { Hand, Performer } from './performer.ts';

const copies = z.int().default(1);

/** The same request under the same key, so many times at once; each insists for itself. */
const atOnce = async ({ caller, book }: Hand, route: Route, call: ApiCall, times: number, as?: string): Promise<void> => {
  const answers = await Promise.all(Array.from({ length: times }, () => insist(caller, route, call)));
  for (const answer of answers) if (as !== undefined && answer !== undefined && answer.status < 300) book.note(as, String(answer.body['id']));
};

const pay = performer(
  z.strictObject({
    tenant, as: name, key, payer: name, payee: name, amount: minor, currency, manual: z.boolean().default(false), copies,
    reference: z.string().exactOptional(), description: z.string().exactOptional(), metadata: z.record(z.string(), z.string()).exactOptional(), waitSeconds: z.int().exactOptional(),
  }),
  async (hand, { tenant: of, as, key: under, payer, payee, amount, currency: in_, manual, copies: times, waitSeconds, ...told }) => {
    const { book, caller } = hand;
    const [payerAccountId, payeeAccountId] = [await book.wait(payer, caller), await book.wait(payee, caller)];
    if (payerAccountId === undefined || payeeAccountId === undefined) return;
    const body = { payerAccountId, payeeAccountId, amount: { value: amount, currency: in_ }, ...(manual ? { captureMethod: 'manual' } : {}), ...told };
    const headers = waitSeconds === undefined ? {} : { headers: { Prefer: `wait=${waitSeconds}` } };
    await atOnce(hand, routes.createPayment, { tenant: of, key: under, body, ...headers }, times, as);
  },
);

const capture = performer(
  z.strictObject({ tenant, key, payment: name, amount: minor.exactOptional(), currency, final: z.boolean().exactOptional(), after, copies }),
  async (hand, { tenant: of, key: under, payment, amount, currency: in_, final, after: wanted, copies: times }) => {
    const id = await hand.book.wait(payment, hand.caller);
    if (id === undefined) return;
    await waitFor(hand, of, id, wanted);
    const body = { ...(amount === undefined ? {} : { amount: { value: amount, currency: in_ } }), ...(final === undefined ? {} : { final }) };
    await atOnce(hand, routes.capturePayment, { tenant: of, key: under, path: { id }, body }, times);
  },
);

const cancel = performer(z.strictObject({ tenant, key, payment: name, reason: z.string().exactOptional(), after, copies }), async (hand, { tenant: of, key: under, payment, reason, after: wanted, copies: times }) => {
  const id = await hand.book.wait(payment, hand.caller);
  if (id === undefined) return;
  await waitFor(hand, of, id, wanted);
  await atOnce(hand, routes.cancelPayment, { tenant: of, key: under, path: { id }, body: reason === undefined ? {} : { reason } }, times);
});

const refund = performer(
  z.strictObject({ tenant, as: name, key, payment: name, amount: minor.exactOptional(), currency, after, copies }),
  async (hand, { tenant: of, as, key: under, payment, amount, currency: in_, after: wanted, copies: times }) => {
    const paymentId = await hand.book.wait(payment, hand.caller);
    if (paymentId === undefined) return;
    await waitFor(hand, of, paymentId, wanted);
    const body = { paymentId, ...(amount === undefined ? {} : { amount: { value: amount, currency: in_ } }) };
    await atOnce(hand, routes.createRefund, { tenant: of, key: under, body }, times, as);
  },
);

const decide = (route: Route): Performer =>
  performer(z.strictObject({ tenant, key, payment: name, reason: z.string(), after }), async (hand, { tenant: of, key: under, payment, reason, after: wanted }) => {
    const id = await hand.book.wait(payment, hand.caller);
    if (id === undefined) return;
    await waitFor(hand, of, id, wanted);
    // The review is opened a moment after the payment says that it waits for one.
    for (let tries = 0; tries < 5; tries += 1) {
      const answer = await insist(hand.caller, route, { tenant: of, key: under, path: { id }, body: { reason } });
      if (answer?.status !== 404) return;
      await hand.caller.sleep(20_000);
    }
  });

export const paymentSteps = {
  pay, capture, cancel, refund, approve: decide(routes.approveReview), decline: decide(routes.declineReview),
} as const satisfies Record<string, Performer>;
