import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemAccountId, systemAccountWith } from '../../../lambdas/ledger/account.ts';
import { recordedTransferOf } from '../../../lambdas/ledger/ledger-items.ts';
import { draftOf } from '../../../lambdas/ledger/payment-drafts.ts';
import { useRandomness } from '../../../lambdas/shared/random/random.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { connectionLost, throttled } from '../../support/aws/errors.ts';
import { times } from '../../support/long.ts';
import { approved, breaksOf, cancelRequested, captureRequested, expiryRequested, leaveWorld, ledgerWorld, refundRequested, START, TENANT, voidRequested } from './ledger-world.ts';
import { postAlone } from './ledger-model.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { FeeSchedule } from '../../../lambdas/ledger/fee-schedule.ts';
import type { PaymentAsk } from '../../../lambdas/ledger/payment-drafts.ts';
import type { AccountId, TransferId } from '../../../lambdas/shared/ids/ids.ts';
import type { LedgerWorld } from './ledger-world.ts';
import type { ModelBooks } from './ledger-model.ts';

afterEach(() => {
  useRandomness(undefined);
  leaveWorld();
});

const PARTIES = 5;
const party = fc.nat(PARTIES - 1);
const amount = fc.integer({ min: 1, max: 60 });
/** Of money that stands already: captures, releases and refunds of one of them meet in a batch. */
const standing = fc.record({ from: party, to: party, amount, manual: fc.boolean() });
const ask = fc.record({
  do: fc.constantFrom('pay', 'pay', 'pay', 'hold', 'void', 'capture', 'capture', 'cancel', 'expire', 'refund', 'refund'),
  from: party, to: party, amount, final: fc.boolean(),
  /** Which of the standing ones; also which ask it is a repeat of. */
  of: fc.nat(3), n: fc.integer({ min: 1, max: 4 }), name: fc.nat(25),
});
const fault = fc.constantFrom('none', 'none', 'none', 'none', 'none', 'lost before', 'lost after', 'throttled', 'conflict');
const run = fc.record({
  standing: fc.array(standing, { minLength: 1, maxLength: 4 }),
  statuses: fc.array(fc.constantFrom('open', 'open', 'open', 'frozen', 'closed'), { minLength: PARTIES, maxLength: PARTIES }),
  /** What the first account's limit is lowered to, from 40; it may then have less than nothing. */
  loweredTo: fc.option(fc.integer({ min: 0, max: 39 }), { nil: undefined }),
  fee: fc.option(fc.record({ basisPoints: fc.constantFrom(0, 250, 10_000), fixedMinor: fc.nat(3) }), { nil: undefined }),
  asks: fc.array(ask, { minLength: 1, maxLength: 40 }),
  groupSize: fc.constantFrom(1, 2, 5, 49),
  consumers: fc.integer({ min: 1, max: 3 }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

const partiesIn = (world: LedgerWorld): Promise<AccountId[]> =>
  Promise.all([
    world.open('a', { overdraftLimitMinor: 40 }), world.open('b', { funds: 50 }), world.open('c', { funds: 120, type: 'merchant' }), world.open('d', { type: 'merchant' }), world.open('e', { funds: 5 }),
  ]);

const asksOf = ({ asks, standing: before }: Run, ids: readonly AccountId[]): PaymentAsk[] =>
  asks.flatMap((one): PaymentAsk[] => {
    const fresh = { payment: `new-${one.name}`, payer: ids[one.name % PARTIES]!, payee: ids[(one.name * 3 + 1) % PARTIES]!, amount: 3 * one.name + 1 };
    const old = before[one.of % before.length]!;
    const onOld = { payment: `old-${one.of % before.length}`, payer: ids[old.from]!, payee: ids[old.to]! };
    const captureMethod = old.manual ? 'manual' as const : 'automatic' as const;
    switch (one.do) {
      case 'hold':
        return [approved({ ...fresh, payment: `held-${one.name}`, captureMethod: 'manual' })];
      case 'void':
        return [voidRequested(fresh)];
      // The number decides what is asked, so two captures of one number are a repeat and no contradiction.
      case 'capture':
        return old.manual ? [captureRequested({ ...onOld, n: one.n, amount: one.n === 3 ? old.amount : Math.max(1, Math.floor(old.amount / 4)), final: one.n === 4 })] : [];
      case 'cancel':
        return old.manual ? [cancelRequested({ ...onOld, amount: old.amount })] : [];
      case 'expire':
        return old.manual ? [expiryRequested({ ...onOld, amount: old.amount })] : [];
      case 'refund':
        return [refundRequested({ ...onOld, captureMethod, refund: `${onOld.payment} ${one.name}`, amount: one.name + 1 })];
      default:
        return [approved(fresh)];
    }
  });

const booksOf = (world: LedgerWorld): ModelBooks => {
  const accounts = new Map(world.allAccounts().map((account) => [account.id, account]));
  for (const type of ['external', 'fees'] as const) {
    const id = systemAccountId(TENANT, type, 'EUR');
    if (!accounts.has(id)) accounts.set(id, systemAccountWith(TENANT, id, 'EUR', START)!);
  }
  // In the stream what is binary is text.
  const records = world.items().filter(({ sk }) => sk === 'TRANSFER').map(({ fingerprint: _text, ...item }) => recordedTransferOf(item));
  return { accounts, transfers: new Map(records.map((record) => [record.transfer.id, record])) };
};

const counters = ({ debitsPending, debitsPosted, creditsPending, creditsPosted, available }: Account) => ({ debitsPending, debitsPosted, creditsPending, creditsPosted, available });
const leftOf = ({ transfers }: ModelBooks) => new Map([...transfers].map(([id, { remainingMinor, refundableMinor, closedBy }]) => [id, { remainingMinor, refundableMinor, closedBy }]));

/** Hands batches to several consumers at a time, and what they hand back again, until all is decided. */
const deliver = async (world: LedgerWorld, asks: readonly PaymentAsk[], { groupSize, consumers }: Run): Promise<void> => {
  let waiting: PaymentAsk[] = [...asks];
  for (let round = 0; waiting.length > 0; round += 1) {
    if (round > 60) throw new Error('Not everything is decided.');
    const batches = Array.from({ length: consumers }, (_, consumer) => waiting.filter((_ask, index) => index % consumers === consumer));
    const answers = await Promise.all(batches.map((batch) => world.answers(batch, groupSize)));
    waiting = batches.flatMap((batch, consumer) => batch.filter((_ask, index) => {
      const answer = answers[consumer]?.[index];
      if (answer instanceof Error && answer.name === 'IntegrityError') throw answer;
      return answer instanceof Error;
    }));
  }
};

/** Which ask decided a transfer: a void and what it voids have one id. */
const deciderOf = (asks: readonly PaymentAsk[], id: TransferId, reason: string | undefined): PaymentAsk | undefined => {
  const candidates = asks.filter((one) => draftOf(one, undefined).entry.id === id);
  return candidates.find(({ type }) => (type === 'PaymentVoidRequested') === (reason === 'voided')) ?? candidates[0];
};

/**
 * There is an order: what was posted, as it was written; each rejection, which changes nothing, where the rules give its
 * reason. All asks were there at once, so any place is one at which it could have come.
 */
const expectSomeOrder = (before: ModelBooks, world: LedgerWorld, asks: readonly PaymentAsk[], fee: FeeSchedule | undefined): void => {
  const written = world.allTransfers().filter(({ id }) => !before.transfers.has(id));
  const states = [before];
  const seen = new Set<TransferId>();
  for (const { id, status, reason } of written) {
    const decider = deciderOf(asks, id, reason);
    if (status === 'rejected' || seen.has(id) || decider === undefined) continue;
    const result = postAlone(states.at(-1)!, decider, fee, START);
    if (result.kind !== 'posted') throw new Error(`${id} was posted, which nothing allows: ${JSON.stringify(result)}`);
    for (const one of result.transfers) seen.add(one.id);
    states.push(result.books);
  }
  expect(written.filter(({ status }) => status !== 'rejected').map(({ id }) => id).sort()).toEqual([...seen].sort());
  for (const { id, status, reason } of written) {
    if (status !== 'rejected') continue;
    const decider = deciderOf(asks, id, reason)!;
    const reasons = states.map((books) => postAlone(books, decider, fee, START)).map((result) => (result.kind === 'rejected' ? result.reason : result.kind));
    expect(reasons).toContain(reason);
  }
  const [model, real] = [states.at(-1)!, booksOf(world)];
  for (const [id, account] of real.accounts) expect(counters(account)).toEqual(counters(model.accounts.get(id)!));
  for (const [id, left] of leftOf(model)) expect(leftOf(real).get(id)).toEqual(left);
};

describe('a batch', () => {
  it('has the result of its messages one by one, in some order, and balances at every write', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.infiniteStream(fault), fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), async (given, faults, chances) => {
        const world = ledgerWorld();
        useRandomness({ uniform: () => Number(chances.next().value), bytes: (count) => Buffer.alloc(count) });
        const ids = await partiesIn(world);
        const { standing: before, fee, statuses, loweredTo } = given;
        await world.answers(before.map(({ from, to, amount: value, manual }, index) => approved({ payment: `old-${index}`, payer: ids[from]!, payee: ids[to]!, amount: value, captureMethod: manual ? 'manual' : 'automatic' })));
        // What was declined cannot be captured or refunded: payments does not ask for it.
        const declined = new Set(world.allTransfers().filter(({ status }) => status === 'rejected').map(({ paymentId }) => paymentId));
        for (const [index, status] of statuses.entries()) await world.setStatus(ids[index]!, status);
        if (loweredTo !== undefined) await world.setLimit(ids[0]!, loweredTo);
        if (fee !== undefined) await world.setFee(fee);
        // By then no consumer remembers that there was no fee.
        world.advance(60_000);
        const asks = asksOf(given, ids).filter(({ data }) => !declined.has(data.paymentId as never));
        const start = booksOf(world);
        const breaks = () => breaksOf(world).filter((wrong) => loweredTo === undefined || wrong !== `${ids[0]!}: below its limit`);

        const broken: string[] = [];
        world.aws.intercept = async ({ operation, input }, proceed) => {
          for (let turns = Math.floor(Number(chances.next().value) * 4); turns > 0; turns -= 1) await Promise.resolve();
          const next: unknown = faults.next().value;
          if (next === 'lost before') throw connectionLost();
          if (next === 'throttled') throw throttled('DynamoDB');
          const actions = operation === 'TransactWriteItems' ? (input as { TransactItems: unknown[] }).TransactItems : [];
          if (next === 'conflict' && actions.length > 0) throw transactionCanceled(actions.map((_, index) => ({ Code: index % 3 === 1 ? 'TransactionConflict' : 'None' })));
          const answer = proceed();
          // Kept, not thrown: an error in here would only be another failed call.
          if (actions.length > 0) broken.push(...breaks());
          if (next === 'lost after') throw connectionLost();
          return answer;
        };
        await deliver(world, asks, given);
        expect(broken).toEqual([]);
        world.aws.intercept = (_call, proceed) => proceed();

        expectSomeOrder(start, world, asks, fee);
        // A release is never refused: the rest of the hold has come back, whatever became of the accounts.
        const after = booksOf(world).transfers;
        for (const { type, data } of asks) {
          if (type === 'PaymentCancelRequested' || type === 'PaymentExpiryRequested') expect(after.get(`${data.paymentId}.hold` as TransferId)).toMatchObject({ remainingMinor: 0, closedBy: expect.any(String) });
        }
        expect(breaks()).toEqual([]);
        // Delivered once more, in another order and size, nothing changes: no item is written.
        const items = world.items();
        await deliver(world, asks.toReversed(), { ...given, groupSize: 49, consumers: 1 });
        expect(world.items()).toEqual(items);
      }),
      { numRuns: times(100, 2_000) },
    );
  }, times(120_000, 2_400_000));
});
