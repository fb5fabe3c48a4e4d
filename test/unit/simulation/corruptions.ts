import { ENDPOINT_ITEMS } from '../../../lambdas/notifications/notifications-keys.ts';
import { isDone } from '../../simulation/invariants/asks.ts';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { AnswerRecord, Observation, StoredItem } from '../../simulation/contract.ts';

type Change = (observation: Observation) => Observation;
type Fits = (item: StoredItem) => boolean;

/** Changes the first item that fits. @throws Error when none does: a corruption that corrupts nothing proves nothing */
const item = (service: ServiceName, fits: Fits, change: (found: StoredItem) => StoredItem | undefined): Change => (observation) => {
  const list = observation.tables[service];
  const index = list.findIndex(fits);
  const found = list[index];
  if (found === undefined) throw new Error(`There is nothing to corrupt in ${service}.`);
  const changed = change(found);
  return { ...observation, tables: { ...observation.tables, [service]: [...list.slice(0, index), ...(changed === undefined ? [] : [changed]), ...list.slice(index + 1)] } };
};

/** The first item that fits once more, under another id. */
const again = (service: ServiceName, fits: Fits): Change => (observation) => {
  const found = observation.tables[service].find(fits);
  if (found === undefined) throw new Error(`There is nothing to repeat in ${service}.`);
  return { ...observation, tables: { ...observation.tables, [service]: [...observation.tables[service], { ...found, pk: String(found['pk']).replace(/.{4}$/, '0000') }] } };
};

const answer = (fits: (record: AnswerRecord) => boolean, change: (record: AnswerRecord) => AnswerRecord): Change => (observation) => {
  const index = observation.answers.findIndex(fits);
  const found = observation.answers[index];
  if (found === undefined) throw new Error('There is no such answer to corrupt.');
  return { ...observation, answers: observation.answers.with(index, change(found)) };
};

const text = (record: AnswerRecord, replace: (text: string) => string, status?: number): AnswerRecord => {
  if (record.answer === undefined) return record;
  const changed = replace(record.answer.text);
  return { ...record, answer: { ...record.answer, text: changed, body: JSON.parse(changed) as Record<string, unknown>, status: status ?? record.answer.status } };
};

const is = (kind: string, more: Readonly<Record<string, unknown>> = {}): Fits => (found) =>
  found['sk'] === kind && Object.entries(more).every(([name, value]) => found[name] === value);
const add = (name: string, by: number) => (found: StoredItem): StoredItem => ({ ...found, [name]: Number(found[name] ?? 0) + by });
const set = (name: string, value: unknown) => (found: StoredItem): StoredItem => ({ ...found, [name]: value });
const gone = (): undefined => undefined;
const says = (type: string) => ({ events }: StoredItem): boolean => JSON.stringify(events ?? []).includes(`"${type}"`);
const isCreated = ({ route, answer: given }: AnswerRecord): boolean => route.operation === 'create-payment' && given !== undefined && isDone(given);
const isReplayed = ({ answer: given }: AnswerRecord): boolean => given?.headers['Idempotent-Replayed'] === 'true';
const noLonger = <Name extends keyof Observation>(name: Name, keep: (one: Observation[Name] extends readonly (infer One)[] ? One : never, index: number) => boolean): Change =>
  (observation) => ({ ...observation, [name]: (observation[name] as readonly never[]).filter(keep) });
const isLogged: Fits = ({ pk }) => String(pk).includes('#E#');
const isDelivery: Fits = ({ pk }) => String(pk).includes('#D#');
const isEndpoint: Fits = ({ sk, status }) => String(sk).startsWith(ENDPOINT_ITEMS) && status === 'enabled';
/** A payment's first event, said as another number. */
const firstSaidAs = ({ published }: Observation, emission: number): string =>
  (published.find(({ detail }) => detail.includes('"PaymentInitiated"'))?.detail ?? '').replace('"emission":1,', `"emission":${emission},`);

/** What is planted, which invariant must find it, and in which words. */
export const corruptions: readonly (readonly [what: string, invariant: string, message: RegExp, change: Change])[] = [
  ['a succeeded payment without its transfer', 'each-payment-moved-once', /payment moved 0/, item('ledger', is('TRANSFER', { kind: 'payment', status: 'posted' }), gone)],
  ['a payment declined, and its money moved', 'each-payment-moved-once', /declined: payment moved/, item('payments', is('PAYMENT', { st: 'succeeded', cm: undefined }), set('st', 'declined'))],
  ['a refund of another amount', 'each-payment-moved-once', /A refund of 101 moved 100/, item('payments', is('REFUND'), add('amountMinor', 1))],
  ['a canceled payment that still holds', 'each-payment-moved-once', /status says|hold/, item('ledger', is('TRANSFER', { kind: 'release' }), gone)],
  ['a transfer of a payment that is not there', 'each-payment-moved-once', /does not exist/, item('payments', is('PAYMENT', { st: 'succeeded' }), gone)],
  ['a balance that is off by one', 'balances-are-sums-of-transfers', /creditsPosted is/, item('ledger', is('ACCOUNT', { type: 'customer' }), add('creditsPosted', 1))],
  ['money available that is not there', 'balances-are-sums-of-transfers', /available is/, item('ledger', is('ACCOUNT', { type: 'merchant' }), add('available', 7))],
  ['a transfer between accounts that are not there', 'balances-are-sums-of-transfers', /does not have/, item('ledger', is('ACCOUNT', { type: 'merchant' }), gone)],
  ['a debit without a credit', 'debits-equal-credits', /posted: debits/, item('ledger', is('ACCOUNT', { type: 'customer' }), add('debitsPosted', 5))],
  ['a hold on one side', 'debits-equal-credits', /pending: debits/, item('ledger', is('ACCOUNT', { type: 'customer' }), add('debitsPending', 5))],
  ['an account below its limit', 'no-account-is-below-its-limit', /is available/, item('ledger', is('ACCOUNT', { type: 'customer' }), set('available', -1))],
  ['an account without limit', 'no-account-is-below-its-limit', /is unrestricted/, item('ledger', is('ACCOUNT', { type: 'customer' }), set('limitPolicy', 'unrestricted'))],
  ['more captured than held', 'nobody-gets-back-more', /captured and/, item('ledger', is('TRANSFER', { kind: 'capture' }), add('amountMinor', 1_000))],
  ['more refunded than captured', 'nobody-gets-back-more', /refunded of/, item('ledger', is('TRANSFER', { kind: 'refund' }), add('amountMinor', 1_000))],
  ['a rest that is not counted', 'nobody-gets-back-more', /counts as refundable/, item('ledger', is('TRANSFER', { kind: 'payment', status: 'posted' }), add('refundableMinor', 1))],
  ['more promised back than is left', 'nobody-gets-back-more', /may be refunded of the payment/, item('payments', is('PAYMENT', { st: 'succeeded' }), add('ra', 1))],
  ['a refund accepted in vain', 'nobody-gets-back-more', /not so much to give back/, item('payments', is('REFUND'), (found) => ({ ...found, status: 'failed', failureCode: 'exceeds_captured' }))],
  ['a deposit undone twice', 'nothing-is-undone-twice', /undone by 2/, again('ledger', is('TRANSFER', { kind: 'correction' }))],
  ['a deposit that does not say that it was undone', 'nothing-is-undone-twice', /says that it was undone by undefined/, item('ledger', ({ reversedBy }) => reversedBy !== undefined, ({ reversedBy: _by, ...found }) => found)],
  ['a refusal although there was enough', 'nobody-is-refused-without-want', /and it had \d+ or more/, item('ledger', is('TRANSFER', { reason: 'insufficient_funds' }), set('amountMinor', 1))],
  ['a payment that waits for nobody', 'every-payment-comes-to-an-end', /It is processing/, item('payments', is('PAYMENT', { st: 'succeeded' }), set('st', 'processing'))],
  ['a refund that never ended', 'every-payment-comes-to-an-end', /The refund is pending/, item('payments', is('REFUND'), set('status', 'pending'))],
  ['an end without its event', 'histories-are-legal', /its last event is/, item('payments', is('PAYMENT', { st: 'canceled' }), set('st', 'succeeded'))],
  ['a life out of order', 'histories-are-legal', /came after/, item('payments', is('PAYMENT', { st: 'succeeded' }), (found) => ({ ...found, events: (found['events'] as unknown[]).toSpliced(1, 1) }))],
  ['a capture told by another one', 'answers-fit-their-question', /was told because of/, item('payments', says('PaymentCaptured'), (found) => ({ ...found, events: JSON.parse(JSON.stringify(found['events']).replaceAll('.capture.1', '.capture.2')) as unknown }))],
  ['an answer that nobody asked for', 'one-ask-is-one-answer', /said 2 times, and asked for 1/, item('ledger', is('TRANSFER', { kind: 'payment', status: 'posted' }), add('emission', 1))],
  ['a verdict that fraud never gave', 'services-agree', /took the verdict/, item('fraud', is('CASE'), set('outcome', 'decline'))],
  ['a payment that nobody approved', 'services-agree', /approved by nobody/, item('payments', is('PAYMENT', { st: 'succeeded' }), ({ oc: _oc, ...found }) => found)],
  ['an attempt counted twice', 'velocity-counts-once', /attempts are counted/, item('fraud', ({ pk }) => String(pk).includes('#V#'), add('dayAttempts', 1))],
  ['money that moved and is not counted', 'velocity-counts-once', /is counted as approved, \d+ was let through/, item('fraud', ({ pk, dayApproved }) => String(pk).includes('#V#') && Number(dayApproved) > 0, set('dayApproved', 0))],
  ['a review that was decided twice', 'reviews-are-decided-once', /was decided 2 times/, item('fraud', is('CASE'), (found) => ({ ...found, events: [1, 2].map(() => ({ ...(found['events'] as object[])[0], t: 'ReviewDecided' })) }))],
  ['a review that was declined too early', 'reviews-are-decided-once', /before its deadline/, item('fraud', is('CASE'), set('review', { status: 'timed_out', cause: 'fraud_review', deadline: 10, openedAt: 1, heldBy: 'e', correlation: 'c', decidedAt: 9 }))],
  ['a payment that no window had room for', 'windows-hold-their-limit', /has room for/, item('fraud', is('CASE', { outcome: 'approve' }), set('amountMinor', 20_000_000))],
  ['a deposit that was answered and is not there', 'nothing-accepted-is-lost', /there is nothing/, item('ledger', is('TRANSFER', { kind: 'deposit' }), gone)],
  ['a payment that nobody asked for', 'nothing-accepted-is-lost', /Nobody asked/, noLonger('answers', (record: AnswerRecord) => !isCreated(record))],
  ['a payment kept with another amount', 'nothing-accepted-is-lost', /with an amount/, item('payments', is('PAYMENT'), add('am', 1))],
  ['an accepted capture that was never asked for', 'nothing-accepted-is-lost', /captures were accepted/, item('payments', says('PaymentCaptureRequested'), (found) => ({ ...found, events: (found['events'] as { t: string }[]).filter(({ t }) => t !== 'PaymentCaptureRequested') }))],
  ['another resource under the same key', 'one-key-is-one-resource', /different resources/, answer(isReplayed, (record) => text(record, (json) => json.replace(/pay_.{26}/, `pay_${'7'.repeat(26)}`)))],
  ['another status under the same key', 'one-key-is-one-resource', /have the statuses/, answer(isReplayed, (record) => text(record, (json) => json, 200))],
  ['a refusal of what was served', 'one-key-is-one-resource', /refused when it comes again/, answer(isReplayed, (record) => ({ ...text(record, () => JSON.stringify({ code: 'payment_state', status: 409, requestId: 'r' }), 409), sentAt: record.endedAt + 1, endedAt: record.endedAt + 2 }))],
  ['a replay with other bytes', 'replays-are-byte-equal', /other bytes/, answer(isReplayed, (record) => ({ ...text(record, (json) => json.replace('pending', 'processing')), sentAt: record.endedAt + 1, endedAt: record.endedAt + 2 }))],
  ['a replay that does not say so', 'replays-are-byte-equal', /does not say/, answer(isReplayed, (record) => ({ ...record, sentAt: record.endedAt + 1, endedAt: record.endedAt + 2, answer: { ...record.answer!, headers: {} } }))],
  ['an error without a problem', 'no-answer-is-out-of-place', /without a problem/, answer(isCreated, (record) => text(record, () => '{"message":"oops"}', 502))],
  ['an error without a fault', 'no-answer-is-out-of-place', /without any fault/, answer(isCreated, (record) => text(record, () => JSON.stringify({ code: 'internal_error', status: 500, requestId: 'r' }), 500))],
  ['an answer that the route does not have', 'no-answer-is-out-of-place', /answered 200, not 202/, answer(isCreated, (record) => text(record, (json) => json, 200))],
  ['a refusal that nobody earned', 'no-answer-is-out-of-place', /for a request that is right/, answer(isCreated, (record) => text(record, () => JSON.stringify({ code: 'validation_failed', status: 400, requestId: 'r' }), 400))],
  ['a key that was used by nobody else', 'no-answer-is-out-of-place', /reused by nobody/, answer(isCreated, (record) => text(record, () => JSON.stringify({ code: 'idempotency_key_reused', status: 422, requestId: 'r' }), 422))],
  ['what was answered is not found', 'no-answer-is-out-of-place', /does not find/, answer(({ route }) => route.operation === 'get-payment', (record) => text(record, () => JSON.stringify({ code: 'not_found', status: 404, requestId: 'r' }), 404))],
  ['another tenant’s payment in an answer', 'tenants-are-apart', /told tenant02/, answer(({ call, route }) => call.tenant === 'tenant01' && route.operation === 'get-payment', (record) => ({ ...record, call: { tenant: 'tenant02', path: { id: 'pay_00000000000000000000000000' } } }))],
  ['a token in a log', 'nothing-secret-gets-out', /token is in a log line/, (observation) => ({ ...observation, logs: [...observation.logs, 'Bearer token-mark-tenant01'] })],
  ['an amount that an event tells wrongly', 'events-say-what-is', /tells of/, (observation) => {
    const index = observation.published.findIndex(({ detail }) => detail.includes('"type":"PaymentInitiated"'));
    return { ...observation, published: observation.published.with(index, { at: 0, detail: observation.published[index]!.detail.replace('"value":', '"value":9') }) };
  }],
  ['a description in an event', 'nothing-secret-gets-out', /personal is in an event/, (observation) => ({ ...observation, published: observation.published.with(0, { at: 0, detail: observation.published[0]!.detail.replace('"data":{', '"data":{"description":"personal-mark-1",') }) })],
  ['a card number in a message, however it is written', 'nothing-secret-gets-out', /card is in an event/, (observation) => ({ ...observation, consumed: [...observation.consumed, { ...observation.consumed[0]!, body: '4242 4242-4242 4242' }] })],
  ['the bytes of a secret in a table', 'nothing-secret-gets-out', /secret of an endpoint is written down/, (observation) => {
    const made = observation.answers.find(({ answer: given }) => typeof given?.body['secret'] === 'string');
    return { ...observation, idempotency: [{ sealed: Uint8Array.from(Buffer.from(String(made?.answer?.body['secret']).replace('whsec_', ''), 'base64')) }] };
  }],
  ['a secret in the idempotency cache', 'nothing-secret-gets-out', /secret is in a table/, (observation) => ({ ...observation, idempotency: [{ data: 'whsec_abc' }] })],
  ['an event that was never written', 'what-was-said-was-written', /no item carries it/, item('payments', is('PAYMENT'), gone)],
  ['an event that was never said', 'what-was-said-was-written', /never said/, noLonger('published', (_one, index) => index !== 0)],
  ['an event that says something else the second time', 'what-was-said-was-written', /something else/, (observation) => ({ ...observation, published: [...observation.published, { at: 0, detail: observation.published[0]!.detail.replace(/"time":"[^"]*"/, '"time":"2020-01-01T00:00:00.000Z"') }] })],
  ['events in the wrong order', 'events-come-in-order', /before the one that comes before it/, (observation) => ({ ...observation, published: observation.published.toReversed() })],
  ['an event that is said again by another write', 'events-come-in-order', /said again by the write/, (observation) => ({ ...observation, published: [...observation.published, { at: 0, detail: firstSaidAs(observation, 2) }] })],
  ['an ask that nothing was said to', 'an-ask-is-answered', /said nothing after it/, (observation) => ({
    ...observation, published: [...observation.published, { at: observation.endedAt, detail: firstSaidAs(observation, 9) }], consumed: [...observation.consumed, { at: observation.startedAt, queue: 'fraud', body: firstSaidAs(observation, 9) }],
  })],
  ['a payment that asks all the time', 'asks-back-off', /asked again/, item('payments', is('PAYMENT'), add('emission', 100))],
  ['an event that a consumer never took up', 'consumers-heard-everything', /never took it up/, noLonger('consumed', (_one, index) => index !== 0)],
  ['an event that was taken up and never said', 'consumers-heard-everything', /never said to it/, (observation) => ({ ...observation, consumed: [...observation.consumed, { ...observation.consumed[0]!, body: observation.consumed[0]!.body.replace('"emission":1', '"emission":9') }] })],
  ['a public event that is not in the log', 'event-log-is-complete', /not in the event log/, item('notifications', isLogged, gone)],
  ['an event in the log with another number', 'event-log-is-complete', /public sequence/, item('notifications', isLogged, (found) => set('event', String(found['event']).replace(/"publicsequence":\d+/, '"publicsequence":40'))(found))],
  ['a webhook that never came', 'webhooks-arrive', /never took it|nobody took it/, noLonger('webhooks', (_one, index) => index !== 0)],
  ['a webhook under another id', 'webhooks-arrive', /belongs to no event/, (observation) => ({ ...observation, webhooks: [...observation.webhooks, { ...observation.webhooks[0]!, headers: { ...observation.webhooks[0]!.headers, 'webhook-id': 'del_other' } }] })],
  ['a webhook with a wrong signature', 'webhooks-arrive', /signature/, (observation) => ({ ...observation, webhooks: observation.webhooks.with(0, { ...observation.webhooks[0]!, headers: { ...observation.webhooks[0]!.headers, 'webhook-signature': 'v1,AAAA' } }) })],
  ['a webhook that says something else', 'webhooks-arrive', /what the event log says/, (observation) => ({ ...observation, webhooks: observation.webhooks.with(0, { ...observation.webhooks[0]!, body: '{}' }) })],
  ['a webhook that is given up after one failure', 'webhooks-arrive', /never took it/, (observation) => item('notifications', isDelivery, set('status', 'failed'))({ ...observation, webhooks: [] })],
  ['a webhook that comes again', 'webhooks-are-not-repeated', /came again/, (observation) => ({ ...observation, webhooks: [...observation.webhooks, observation.webhooks[0]!] })],
  ['an ask that was taken up before its event was logged', 'asks-wait-for-the-log', /before its event was in the log/, (observation) => ({
    ...observation, writes: observation.tables.notifications.filter(isDelivery).map(({ pk, sk }) => ({ at: observation.endedAt, service: 'notifications', pk: String(pk), sk: String(sk) })),
    consumed: observation.consumed.map((record) => ({ ...record, at: observation.endedAt })),
  })],
  ['an event for an endpoint that came later', 'old-events-are-not-told', /before the endpoint/, item('notifications', isEndpoint, (found) => add('createdAt', 60 * 60_000)(found))],
  ['an endpoint that answers and counts as failing', 'endpoints-that-answer-are-well', /still has 3 failures/, item('notifications', isEndpoint, (found) => ({ ...found, failures: 3, lastFailureAt: 1 }))],
  ['a delivery that waits for a day', 'endpoints-that-answer-are-well', /not tried for another/, (observation) => item('notifications', isDelivery, (found) => ({ ...found, status: 'pending', nextAttemptAt: observation.endedAt + 24 * 3_600_000 }))(observation)],
  ['a good message among the dead letters', 'dead-letters-are-poison', /gave it up for good/, (observation) => ({ ...observation, deadLetters: [{ source: 'consumer:ledger', body: '{}' }] })],
  ['an ask that the ledger does not decide because nobody made the payment', 'dead-letters-are-poison', /consumer:ledger gave it up for good/, (observation) => ({
    ...observation, plan: { ...observation.plan, steps: [...observation.plan.steps, { actor: 'intruder', at: 0, does: 'makeUp', with: { id: 'pay_x' } }] },
    deadLetters: [{ source: 'consumer:ledger', body: '{"data":{"paymentId":"pay_x"}}' }],
  })],
  ['a message given up although nothing was down', 'dead-letters-are-poison', /nothing was out of order/, (observation) => ({ ...observation, gaveUp: [{ source: 'consumer:ledger', body: '{}' }] })],
  ['a change that is parked', 'dead-letters-are-poison', /parked/, (observation) => ({ ...observation, parked: ['{}'] })],
  ['a letter that a redrive lost', 'dead-letters-are-kept', /nowhere any more/, (observation) => ({ ...observation, gaveUp: [{ source: 'consumer:ledger', body: '{}' }] })],
  ['poison that was thrown away', 'dead-letters-are-kept', /not among the dead letters/, (observation) => ({ ...observation, plan: { ...observation.plan, steps: [{ actor: 'poisoner', at: 0, does: 'poison', with: { queue: 'ledger', body: '{}' } }] } })],
  ['something in front of its line for long', 'what-cannot-be-done-makes-room', /first in the line/, (observation) => ({ ...observation, strays: [{ service: 'payments', putAt: 0, takenAt: 600_000, dueAt: 0 }] })],
  ['a false alarm of the reconciliation', 'books-are-never-called-broken', /reports balance/, (observation) => ({ ...observation, published: [...observation.published, { at: 0, detail: JSON.stringify({ id: 'x-1', type: 'ReconciliationBreakFound', tenantid: 'platform', subject: 'x', data: { kind: 'balance', reason: 'r' } }) }] })],
];
