import * as z from 'zod';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { isEventType } from '../../../lambdas/shared/events/registry.ts';
import { toRfc3339 } from '../../../lambdas/shared/time/clock.ts';
import { consumersOf } from '../../../lib/event-subscriptions.ts';
import { insist } from './insist.ts';
import { FORGED } from '../marks.ts';
import { key, name, performer, tenant, waitFor } from './performer.ts';
import type { Hand, Performer } from './performer.ts';

const PLATFORM = 'platform';

/** An operator who is not sure that it worked. @returns what was answered first */
const twice = async <T>(call: () => Promise<T>): Promise<T> => {
  const first = await call();
  await call();
  return first;
};

const queue = z.enum(['payments', 'ledger', 'fraud', 'reviews', 'notifications', 'deliveries']);

/** Those whose items can be due. */
const service = z.enum(['payments', 'fraud', 'notifications']);

const poison = performer(z.strictObject({ queue, body: z.string() }), async ({ caller }, { queue: into, body }) => caller.send(into, body));

/** An event that was said once comes again, as one does that lay in a dead-letter queue for days. */
const sendAgain = performer(z.strictObject({ queue, payment: name, suffix: z.string() }), async ({ caller, book }, { queue: into, payment, suffix }) => {
  const id = await book.wait(payment, caller);
  const event = id === undefined ? undefined : caller.published(`${id}${suffix}`);
  const { type } = JSON.parse(event ?? '{}') as { readonly type?: string };
  // Only to whom it was said: a payment's second event may be another one.
  if (event !== undefined && type !== undefined && isEventType(type) && consumersOf(type).includes(into)) await caller.send(into, event);
});

/** An event that somebody made up: the ask of a payment that was decided long ago, for another amount. */
const forge = performer(z.strictObject({ tenant, payment: name, amount: z.int() }), async (hand, { tenant: of, payment, amount }) => {
  const { caller, book } = hand;
  const id = await book.wait(payment, caller);
  if (id === undefined) return;
  await waitFor(hand, of, id, { statuses: [], forMs: 10 * 60_000 });
  const read = await insist(caller, routes.getPayment, { tenant: of, path: { id } });
  const ask = caller.published(`${id}-2`);
  // Only what the ledger has decided can be forged; to everything else it is an ask.
  if (read?.body['status'] !== 'succeeded' || ask === undefined || !ask.includes('"PaymentApproved"')) return;
  const event = JSON.parse(ask) as { readonly emission: number; readonly data: { readonly amount: { readonly value: number; readonly currency: string } } };
  const forged = { ...event, emission: event.emission + 1_000, correlationid: FORGED, data: { ...event.data, amount: { ...event.data.amount, value: event.data.amount.value + amount } } };
  await caller.send('ledger', JSON.stringify(forged));
});

const redrive = performer(z.strictObject({ queue }), async ({ caller }, { queue: of }) => caller.redrive(of));

const redriveByApi = performer(z.strictObject({ key, source: z.string() }), async ({ caller }, { key: under, source }) => {
  await insist(caller, routes.listDeadLetters, { tenant: PLATFORM, query: { source } });
  await twice(() => insist(caller, routes.redriveDeadLetters, { tenant: PLATFORM, key: under, body: { source, dryRun: false } }));
});

/** Pages, each under a key of its own. */
const republish = performer(z.strictObject({ key, sinceMs: z.int() }), async ({ caller }, { key: under, sinceMs }) => {
  const since = toRfc3339(caller.now() - sinceMs);
  const until = toRfc3339(caller.now() - 60_000);
  let cursor: unknown;
  for (let page = 1; page <= 20; page += 1) {
    const answer = await twice(() => insist(caller, routes.republish, {
      tenant: PLATFORM, key: `${under}-${page}`, body: { since, until, dryRun: false, ...(typeof cursor === 'string' ? { cursor } : {}) },
    }));
    cursor = answer?.body['nextCursor'];
    if (typeof cursor !== 'string') return;
  }
});

const reconcile = performer(z.strictObject({ key }), async ({ caller }, { key: under }) => {
  const begun = await twice(() => insist(caller, routes.createReconciliation, { tenant: PLATFORM, key: under, body: {} }));
  const id = begun?.body['id'];
  if (typeof id !== 'string') return;
  await caller.sleep(150_000);
  await insist(caller, routes.getReconciliation, { tenant: PLATFORM, path: { id } });
  await insist(caller, routes.listReconciliations, { tenant: PLATFORM });
  await insist(caller, routes.listAuditEntries, { tenant: PLATFORM });
});

const purge = performer(z.strictObject({ queue }), async ({ caller }, { queue: of }) => caller.purge(of));

const hurry = performer(z.strictObject({ service }), async ({ caller }, { service: of }) => caller.hurry(of));

const stray = performer(z.strictObject({ service, forMs: z.int() }), async ({ caller }, { service: of, forMs }) => caller.stray(of, forMs));

const forget = performer(z.strictObject({}), async ({ caller }) => caller.forgetAnswers());

const lookAt = async ({ caller }: Hand, of: string, payment: string, account: string): Promise<void> => {
  const at = { tenant: of, path: { id: payment } };
  await insist(caller, routes.getPayment, at);
  await insist(caller, routes.getPaymentTimeline, at);
  await insist(caller, routes.getAccount, { tenant: of, path: { id: account } });
  await insist(caller, routes.listAccountTransfers, { tenant: of, path: { id: account }, query: { limit: '5' } });
  await insist(caller, routes.listAccountTransfers, { tenant: of, path: { id: account }, headers: { Accept: 'text/csv' } });
  await insist(caller, routes.getTransfer, { tenant: of, path: { id: `${payment}.payment` } });
  await insist(caller, routes.getAccountBalance, { tenant: of, path: { id: account }, query: { at: toRfc3339(caller.now() - 61_000) } });
};

const lists = [
  routes.listPayments, routes.listRefunds, routes.listAccounts, routes.listReviews, routes.listBlocks, routes.listEvents, routes.listWebhookEndpoints,
] as const;

/** Reads what there is to read. */
const look = performer(z.strictObject({ tenant, payment: name, account: name }), async (hand, { tenant: of, payment, account }) => {
  const { book, caller } = hand;
  const [paymentId, accountId] = [await book.wait(payment, caller), await book.wait(account, caller)];
  if (paymentId !== undefined && accountId !== undefined) await lookAt(hand, of, paymentId, accountId);
  for (const route of lists) await insist(caller, route, { tenant: of, query: { limit: '3' } });
});

export const operatorSteps = { poison, sendAgain, redrive, redriveByApi, republish, reconcile, purge, hurry, stray, forget, look, forge } as const satisfies Record<string, Performer>;
