import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paymentStates } from '../../lambdas/payments/payment.ts';
import { eventRegistry } from '../../lambdas/shared/events/registry.ts';
import { poll } from '../../local/poll.ts';
import { stateChanges } from '../../scripts/state-machine.ts';
import { expectBooksBalanced } from './support/books.ts';
import { setDeadlines, sweep, whileDeadlines, whileOff } from './support/functions.ts';
import { deposit, ended, expectStatus, idOf, newCaller, openAccount, patient, paymentBody } from './support/pipeline.ts';
import { decideByHand, setCredits, setPayee } from './support/planted.ts';
import { allConsumed, heldBack } from './support/queues.ts';
import { changeNamed, changesIn } from './support/walked.ts';
import type { PaymentDeadlines } from '../../lambdas/shared/contract/payment-deadlines.ts';
import type { Caller } from './support/pipeline.ts';
import type { Step } from './support/walked.ts';

const NOBODY = 'acc_00000000000000000000000000';
const methods = ['automatic', 'manual'] as const;
/** As long as none of them is to pass. */
const LONG_SECONDS = 3_600;

let caller: Caller;
let rich: string;
let shop: string;
const before: (readonly ['PaymentsApi' | 'PaymentsDueSweeper', PaymentDeadlines])[] = [];
const payments: string[] = [];
const reviewStatuses = new Set<unknown>();
/** Events that were sent by hand, so that no service recorded them. */
const byHand: Step[] = [];

beforeAll(async () => {
  caller = patient(await newCaller());
  // Payments are looked at from their first second on, and nothing is due on them unless a test makes it so.
  for (const name of ['PaymentsApi', 'PaymentsDueSweeper'] as const) before.push([name, await setDeadlines(name, { firstAsk: 1, fraud: LONG_SECONDS })]);
  [rich, shop] = await Promise.all([funded(10_000_000), openAccount(caller, 'merchant')]);
}, 60_000);
afterAll(async () => {
  for (const [name, deadlines] of before) await setDeadlines(name, deadlines);
  await expectBooksBalanced();
}, 60_000);

const funded = async (value: number): Promise<string> => {
  const id = await openAccount(caller);
  await deposit(caller, id, value);
  return id;
};
const eur = (value: number) => ({ amount: { value, currency: 'EUR' } });
const pay = async (captureMethod: (typeof methods)[number], value: number, payer = rich, payee = shop): Promise<string> => {
  const id = idOf(expectStatus(await caller.post('/v1/payments', { ...paymentBody(payer, payee, value), captureMethod }), 202));
  payments.push(id);
  return id;
};
const command = async (path: string, body: object = {}): Promise<void> => {
  expect((await caller.post(path, body)).status).toBeLessThan(300);
};
const read = async (id: string) => expectStatus(await caller.get(`/v1/payments/${id}`), 200).body;
const becomes = (id: string, what: Readonly<Record<string, unknown>>, meanwhile?: () => Promise<void>) =>
  poll(`${id} to be ${JSON.stringify(what)}`, async () => {
    await meanwhile?.();
    const body = await read(id);
    return Object.entries(what).every(([name, value]) => body[name] === value) ? body : undefined;
  }, { timeoutMs: 60_000, everyMs: 200 });
const tells = (id: string, what: string, meanwhile?: () => Promise<void>) =>
  poll(`${id} to tell ${what}`, async () => {
    await meanwhile?.();
    return (await stepsOf(id)).find((step) => step.what === what);
  }, { timeoutMs: 60_000, everyMs: 200 });
const held = async (payer = rich): Promise<string> => {
  const id = await pay('manual', 10, payer);
  await becomes(id, { status: 'authorized' });
  return id;
};
const capturedInPart = async (id: string, value: number): Promise<void> => {
  await command(`/v1/payments/${id}/capture`, eur(value));
  await becomes(id, { amountCaptured: value });
};
const reviewOf = async (id: string): Promise<void> => {
  await poll('the review', async () => {
    const found = (expectStatus(await caller.get('/v1/reviews?limit=100'), 200).body['data'] as Record<string, unknown>[]).find(({ paymentId }) => paymentId === id);
    if (found !== undefined) reviewStatuses.add(found['status']);
    return found;
  }, { timeoutMs: 60_000, everyMs: 200 });
};
const decided = (id: string, by: 'approve' | 'decline'): Promise<void> => command(`/v1/reviews/${id}/${by}`, { reason: 'seen' });
const refunded = async (paymentId: string, value: number, status: string): Promise<void> => {
  const id = idOf(expectStatus(await caller.post('/v1/refunds', { paymentId, ...eur(value) }), 202));
  await poll(`the refund to have ${status}`, async () => ((await caller.get(`/v1/refunds/${id}`)).body['status'] === status ? true : undefined), { timeoutMs: 60_000, everyMs: 200 });
};

describe('payments whose parties and limits decide', () => {
  it('succeed, and are refunded while the payee has the money', async () => {
    const payee = await openAccount(caller, 'merchant');
    const id = await pay('automatic', 100, rich, payee);
    expect(await ended(caller, id, 60_000)).toMatchObject({ status: 'succeeded' });
    await refunded(id, 40, 'succeeded');
    await command(`/v1/accounts/${payee}/withdrawals`, eur(60));
    await refunded(id, 60, 'failed');
  }, 120_000);

  it('are declined by fraud, or held for a person who approves, declines or is spared by a cancel', async () => {
    const refused = await pay('automatic', 2_000_001);
    const [approved = '', declined = '', canceled = ''] = await Promise.all([0, 0, 0].map(() => pay('automatic', 1_000_001)));
    for (const id of [approved, declined, canceled]) {
      await becomes(id, { status: 'in_review' });
      await reviewOf(id);
    }
    await Promise.all([decided(approved, 'approve'), decided(declined, 'decline'), command(`/v1/payments/${canceled}/cancel`)]);
    const ends = await Promise.all([refused, approved, declined, canceled].map((id) => ended(caller, id, 60_000)));
    expect(ends.map(({ status }) => status)).toEqual(['declined', 'succeeded', 'declined', 'canceled']);
  }, 120_000);

  it('are refused by the ledger for each of its reasons', async () => {
    const [poor, frozen, closed, dollars, full] = await Promise.all([
      openAccount(caller), funded(100), openAccount(caller, 'merchant'), openAccount(caller, 'merchant', 'USD'), openAccount(caller, 'merchant'),
    ]);
    await Promise.all([command(`/v1/accounts/${frozen}/freeze`, { reason: 'asked' }), command(`/v1/accounts/${closed}/close`, { reason: 'asked' })]);
    await setCredits(caller.tenantId, full, Number.MAX_SAFE_INTEGER - 5);
    const pairs = [[poor, shop], [frozen, shop], [rich, NOBODY], [rich, closed], [rich, dollars], [rich, full]] as const;
    const ids = await Promise.all(methods.flatMap((method) => pairs.map(([payer, payee]) => pay(method, 10, payer, payee))));
    const ends = await Promise.all(ids.map((id) => ended(caller, id, 60_000)));
    await setCredits(caller.tenantId, full, 0);
    const expected = ['declined', 'declined', 'failed', 'failed', 'failed', 'failed'];
    expect(ends.map(({ status }) => status)).toEqual([...expected, ...expected]);
  }, 120_000);

  it('are captured after a refusal, in part and at last, or canceled, before and after a part', async () => {
    const payer = await funded(100);
    const [parts, canceled, keptInPart] = [await held(payer), await held(), await held()];
    await command(`/v1/accounts/${payer}/freeze`, { reason: 'asked' });
    await command(`/v1/payments/${parts}/capture`, eur(1));
    await tells(parts, 'PaymentCaptureFailed');
    await command(`/v1/accounts/${payer}/unfreeze`, { reason: 'asked' });
    await Promise.all([capturedInPart(parts, 4), capturedInPart(keptInPart, 4)]);
    await Promise.all([command(`/v1/payments/${parts}/capture`), command(`/v1/payments/${canceled}/cancel`), command(`/v1/payments/${keptInPart}/cancel`)]);
    const ends = await Promise.all([parts, canceled, keptInPart].map((id) => ended(caller, id, 60_000)));
    expect(ends.map(({ status, amountCaptured }) => [status, amountCaptured])).toEqual([['succeeded', 10], ['canceled', 0], ['succeeded', 4]]);
  }, 120_000);
});

describe('payments whose time decides', () => {
  it('are canceled while fraud is silent, or held beyond its deadline and decided by its late verdict', async () => {
    const [approved, declined] = await whileOff('FraudConsumer', async () => {
      const canceled = await pay('automatic', 10);
      await command(`/v1/payments/${canceled}/cancel`);
      expect(await read(canceled)).toMatchObject({ status: 'canceled' });
      const late = [await pay('automatic', 10), await pay('automatic', 2_000_001)] as const;
      await whileDeadlines('PaymentsDueSweeper', { fraud: 1 }, async () => {
        for (const id of late) await becomes(id, { status: 'in_review' }, () => sweep('PaymentsDueSweeper'));
      });
      for (const id of late) await reviewOf(id);
      return late;
    });
    expect([(await ended(caller, approved))['status'], (await ended(caller, declined))['status']]).toEqual(['succeeded', 'declined']);
  }, 120_000);

  it('fail when payer and payee turn out to be one, which the API refuses', async () => {
    const ids = await whileOff('FraudConsumer', async () => {
      const waiting = await Promise.all(methods.map((method) => pay(method, 10)));
      for (const id of waiting) await setPayee(caller.tenantId, id, rich);
      return waiting;
    });
    for (const id of ids) expect(await ended(caller, id, 60_000)).toMatchObject({ status: 'failed', failure: { code: 'same_account' } });
  }, 120_000);

  it('go by a decision that comes before anything else, and by no verdict after it', async () => {
    const ids = await whileOff('FraudConsumer', async () => {
      const undecided = [await pay('automatic', 10), await pay('automatic', 10)] as const;
      for (const [index, id] of undecided.entries()) byHand.push(await decideByHand(caller.tenantId, id, index === 0 ? 'approve' : 'decline'));
      for (const id of undecided) await ended(caller, id);
      return undecided;
    });
    await allConsumed();
    expect([(await read(ids[0]))['status'], (await read(ids[1]))['status']]).toEqual(['succeeded', 'declined']);
  }, 120_000);

  it('are given up when the ledger has not answered in time, and the ask that comes after that moves nothing', async () => {
    const ids = await whileOff('LedgerConsumer', async (goOn) => {
      const waiting = await Promise.all(methods.map((method) => pay(method, 10)));
      for (const id of waiting) await becomes(id, { status: 'processing' });
      const release = await heldBack('Ledger', 'PaymentApproved', waiting);
      await whileDeadlines('PaymentsDueSweeper', { processing: 1 }, async () => {
        for (const id of waiting) await tells(id, 'PaymentVoidRequested', () => sweep('PaymentsDueSweeper'));
      });
      await goOn();
      for (const id of waiting) expect(await ended(caller, id)).toMatchObject({ status: 'failed', failure: { code: 'voided' } });
      await release();
      await allConsumed();
      return waiting;
    });
    for (const id of ids) expect(await read(id)).toMatchObject({ status: 'failed' });
  }, 120_000);

  it('expire when nobody captures or decides in time, and keep what was captured before', async () => {
    const [reviewed, untouched, keptInPart] = await whileDeadlines('PaymentsConsumer', { capture: 15, review: 5 }, async () => {
      const all = await Promise.all([pay('automatic', 1_000_001), held(), held()]);
      await capturedInPart(all[2], 3);
      await becomes(all[0], { status: 'in_review' });
      await reviewOf(all[0]);
      return all;
    });
    await becomes(reviewed, { status: 'declined' }, () => sweep('FraudDueSweeper'));
    await becomes(untouched, { status: 'expired', amountCaptured: 0 }, () => sweep('PaymentsDueSweeper'));
    await becomes(keptInPart, { status: 'succeeded', amountCaptured: 3 }, () => sweep('PaymentsDueSweeper'));
  }, 120_000);
});

it('every status and every transition of the state machine, of refunds and of reviews was met', async () => {
  const stories = await Promise.all(payments.map(stepsOf));
  const met = new Set(stories.flatMap((steps) => changesIn([...steps, ...byHand])));
  const expected = new Set(stateChanges().map(changeNamed));
  expect([...met].sort()).toEqual([...expected].sort());
  expect(new Set([...met].flatMap((change) => change.replace(/: .*/, '').split(' -> ')))).toEqual(new Set(paymentStates));
  const refunds = new Set(stories.flat().map(({ what }) => what).filter((what) => what.startsWith('Refund') && what in eventRegistry));
  expect(refunds).toEqual(new Set(['RefundRequested', 'RefundTransferred', 'RefundSucceeded', 'RefundRejected', 'RefundFailed']));
  for (const { status } of expectStatus(await caller.get('/v1/reviews?limit=100'), 200).body['data'] as { status: string }[]) reviewStatuses.add(status);
  expect(reviewStatuses).toEqual(new Set(['open', 'approved', 'declined', 'timed_out', 'superseded']));
}, 120_000);

const stepsOf = async (id: string): Promise<readonly Step[]> => (expectStatus(await caller.get(`/v1/payments/${id}/timeline`), 200).body['steps'] as readonly Step[]);
