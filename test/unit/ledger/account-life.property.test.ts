import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_COUNTER_MINOR } from '../../../lambdas/ledger/account.ts';
import { close, freeze, unfreeze } from '../../../lambdas/ledger/account-commands.ts';
import { commandAccount, toLimit } from '../../../lambdas/ledger/command-account.ts';
import { createWithdrawal } from '../../../lambdas/ledger/create-withdrawal.ts';
import { reverseTransfer } from '../../../lambdas/ledger/reverse-transfer.ts';
import { captureId, holdId, releaseId } from '../../../lambdas/shared/ids/ids.ts';
import { MAX_AMOUNT_MINOR } from '../../../lambdas/shared/money/amount.ts';
import { connectionLost, throttled } from '../../support/aws/errors.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { times } from '../../support/long.ts';
import { approved, breaksOf, leaveWorld, ledgerWorld, paymentNamed, TENANT } from './ledger-world.ts';
import type { AccountCommand } from '../../../lambdas/ledger/account-commands.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';
import type { AskOptions, LedgerWorld } from './ledger-world.ts';

afterEach(leaveWorld);

const commandOf = <Body>(key: string, body: Body) => ({ tenant: TENANT, key, fingerprint: Buffer.alloc(16), origin: { cause: 'request', correlation: 'request' }, actor: 'client-1', body });
const hold = (options: AskOptions): Envelope<'PaymentApproved'> => {
  const event = approved(options);
  return { ...event, data: { ...event.data, captureMethod: 'manual' } };
};
const captureOf = (options: AskOptions, n: number, value: number, final: boolean): Envelope<'PaymentCaptureRequested'> => {
  const { data, ...event } = hold({ ...options, emission: 2 + n });
  return { ...event, type: 'PaymentCaptureRequested', data: { ...data, operation: { n, amount: { value, currency: 'EUR' }, final } } };
};
const releaseOf = (options: AskOptions, type: 'PaymentCancelRequested' | 'PaymentExpiryRequested'): Envelope => ({ ...hold({ ...options, emission: 60 }), type });

const commands: Readonly<Record<string, AccountCommand>> = { freeze, unfreeze, close };
const doTo = (world: LedgerWorld, id: AccountId, what: string, key: string, value = 0) =>
  commandAccount(world.accounts, id, `${what}-account`, commandOf(key, {}), what === 'limit' ? toLimit(value) : () => commands[what] ?? close);

const retried = async (work: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Error) || !['TimeoutError', 'ThrottlingException', 'TransactionCanceledException', 'TransactionConflictException'].includes(error.name)) throw error;
    }
  }
  throw new Error('never done');
};

describe('a release', () => {
  const who = fc.constantFrom('payer' as const, 'payee' as const);
  const step = fc.oneof(
    fc.record({ do: fc.constant('capture' as const), value: fc.integer({ min: 1, max: 70 }), final: fc.constantFrom(false, false, false, true) }),
    fc.record({ do: fc.constantFrom('freeze' as const, 'unfreeze' as const, 'close' as const), who }),
    fc.record({ do: fc.constant('limit' as const), who, value: fc.nat(50) }),
    fc.record({ do: fc.constant('withdraw' as const), who, value: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ do: fc.constant('end' as const), type: fc.constantFrom('PaymentCancelRequested' as const, 'PaymentExpiryRequested' as const) }),
  );

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
  /** Met in every run, whatever chance brings. */
  const bothFrozen: Step[] = [{ do: 'capture', value: 30, final: false }, { do: 'freeze', who: 'payer' }, { do: 'freeze', who: 'payee' }];
  const payerClosed: Step[] = [{ do: 'capture', value: 70, final: true }, { do: 'withdraw', who: 'payer', value: 80 }, { do: 'close', who: 'payer' }];

  it('is never refused: the rest of a hold comes back, whatever was captured, frozen, closed or spent before', async () => {
    const seen = { open: 0, frozen: 0, closed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const world = ledgerWorld();
        const ids = { payer: await world.open('payer', { funds: 150, overdraftLimitMinor: 20 }), payee: await world.open('payee', { type: 'merchant' }) };
        const ask = { ...ids, amount: 100, payment: 'held' };
        expect(await world.answer(hold(ask))).toBe('applied');
        for (const [index, one] of steps.entries()) {
          if (one.do === 'capture') await world.answer(captureOf(ask, index + 1, one.value, one.final));
          else if (one.do === 'end') await world.answer(releaseOf(ask, one.type));
          else if (one.do === 'withdraw') await createWithdrawal(world.books, ids[one.who], commandOf(`w${index}`, { amount: { value: one.value, currency: 'EUR' } }));
          else await doTo(world, ids[one.who], one.do, `c${index}`, 'value' in one ? one.value : 0);
          expect(breaksOf(world)).toEqual([]);
        }
        const [payer, payee] = [await world.accounts.find(TENANT, ids.payer), await world.accounts.find(TENANT, ids.payee)];
        for (const account of [payer, payee]) seen[account?.status ?? 'open'] += 1;
        const last = await world.answers([releaseOf(ask, 'PaymentExpiryRequested')]);
        expect(last.filter((answer) => answer instanceof Error)).toEqual([]);

        const paymentId = paymentNamed('held');
        const of = world.allTransfers().filter((transfer) => transfer.paymentId === paymentId && transfer.status === 'posted');
        const sum = (kind: string) => of.filter((transfer) => transfer.kind === kind).reduce((all, { amount }) => all + amount.value, 0);
        expect(sum('capture') + sum('release')).toBe(100);
        const after = await world.transfers.find(TENANT, holdId(paymentId));
        expect(after).toMatchObject({ remainingMinor: 0, refundableMinor: sum('capture') });
        expect([releaseId(paymentId), holdId(paymentId), ...steps.map((_, index) => captureId(paymentId, index + 1))]).toContain(after?.closedBy);
        for (const id of Object.values(ids)) expect(await world.accounts.find(TENANT, id)).toMatchObject({ debitsPending: 0, creditsPending: 0 });
        expect(breaksOf(world)).toEqual([]);
        leaveWorld();
      }),
      { numRuns: times(120, 2_400), examples: [[bothFrozen], [payerClosed]] },
    );
    // What was held keeps both from being closed, so those that are were closed after the hold had ended.
    expect(seen.frozen).toBeGreaterThanOrEqual(2);
    expect(seen.closed).toBeGreaterThanOrEqual(1);
  }, times(60_000, 1_200_000));

  it('is taken by an account that was filled up to the last unit meanwhile, and what it has stays exact', async () => {
    const world = ledgerWorld();
    const ask = { payer: await world.open('payer', { overdraftLimitMinor: MAX_AMOUNT_MINOR }), payee: await world.open('payee', { type: 'merchant' }), amount: MAX_AMOUNT_MINOR };
    await world.answer(hold(ask));
    await world.put({ ...(await world.accounts.find(TENANT, ask.payer))!, creditsPosted: MAX_COUNTER_MINOR, available: MAX_COUNTER_MINOR });
    expect(await world.deposit(ask.payer, 1)).toMatchObject({ transfer: { reason: 'amount_too_large' } });
    expect(await world.answer(releaseOf(ask, 'PaymentExpiryRequested'))).toBe('applied');
    expect(await world.available(ask.payer)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('the books', () => {
  const kinds = ['deposit', 'withdraw', 'withdraw', 'reverse', 'freeze', 'unfreeze', 'close', 'limit', 'pay', 'pay', 'hold', 'hold', 'capture', 'capture', 'release', 'refund'] as const;
  const step = fc.record({ do: fc.constantFrom(...kinds), of: fc.nat(2), name: fc.nat(3), value: fc.integer({ min: 1, max: 60 }) });
  const fault = fc.constantFrom('none', 'none', 'none', 'none', 'none', 'lost before', 'lost after', 'throttled', 'conflict');
  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  const perform = async (world: LedgerWorld, ids: readonly AccountId[], { do: what, of, name, value }: Step, index: number): Promise<unknown> => {
    const [id, other] = [ids[of]!, ids[(of + 1) % ids.length]!];
    const amount = { value, currency: 'EUR' };
    // The name decides what is asked, so two steps of one name are a repeat, not another ask under the same id.
    const ask = { payer: ids[name % 3]!, payee: ids[(name + 1) % 3]!, amount: 9 * name + 5, payment: `p${name}` };
    switch (what) {
      case 'deposit':
        return world.deposit(id, value);
      case 'withdraw':
        return createWithdrawal(world.books, id, commandOf(`w${index}`, { amount }));
      case 'reverse': {
        const moved = world.allTransfers().filter(({ kind }) => kind === 'deposit' || kind === 'withdrawal');
        const one = moved[value % Math.max(moved.length, 1)];
        return one === undefined ? undefined : reverseTransfer(world.books, one.id, commandOf(`r${index}`, { reason: 'wrong' }));
      }
      case 'pay':
        return world.answer(approved(ask));
      case 'hold':
        return world.answer(hold({ ...ask, payment: `h${name}` }));
      case 'capture':
        return asked(world, captureOf({ ...ask, payment: `h${name}` }, 1 + (index % 5), 4 * (1 + (index % 5)), index % 5 === 3));
      case 'release':
        return asked(world, releaseOf({ ...ask, payment: `h${name}` }, 'PaymentCancelRequested'));
      case 'refund':
        return asked(world, refundOf(ask, index % 4));
      default:
        return doTo(world, what === 'close' ? other : id, what, `c${index}`, value);
    }
  };

  /** Payments asks for these only when the ledger has held or moved the money: an ask before is refused as a contradiction. */
  const asked = async (world: LedgerWorld, event: Envelope): Promise<void> => {
    const [answer] = await world.answers([event]);
    if (answer instanceof Error && answer.name !== 'IntegrityError') throw answer;
  };

  const refundOf = (options: AskOptions, n: number): Envelope => {
    const refundId = paymentNamed(`refund-${n}`).replace('pay_', 'ref_');
    const { data: { paymentId, payerAccountId, payeeAccountId }, ...event } = approved(options);
    return { ...event, id: `${refundId}-1`, subject: refundId, type: 'RefundRequested', data: { refundId, paymentId, amount: { value: 2 + n, currency: 'EUR' }, payerAccountId, payeeAccountId, captureMethod: 'automatic' } };
  };

  /** Chance would leave out one kind or the other now and then: this walk meets each. */
  const everyKind = (): Step[] => {
    const walk = (what: Step['do'], of: number, value: number): Step => ({ do: what, of, name: of, value });
    return [
      walk('deposit', 0, 50), walk('pay', 0, 1), walk('refund', 0, 1), walk('withdraw', 0, 10), walk('withdraw', 2, 60), walk('hold', 0, 1), walk('capture', 0, 1),
      walk('reverse', 0, 1), walk('pay', 2, 1), walk('hold', 2, 1), walk('capture', 0, 1), walk('release', 0, 1),
      // With nothing left of what was deposited, there are deposits that cannot be taken back.
      walk('withdraw', 0, 60), walk('withdraw', 0, 30), walk('withdraw', 1, 60), ...[1, 2, 3, 4, 5, 6].map((value) => walk('reverse', 0, value)),
    ];
  };
  const noFaults = function* (): Generator<'none'> {
    for (;;) yield 'none';
  };

  it('balance after every write, whatever is asked of accounts and transfers, in any order, at once, throttled or lost', async () => {
    const done = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.infiniteStream(fault), fc.boolean(), async (steps, faults, atOnce) => {
        const world = ledgerWorld();
        const ids = [await world.open('a', { overdraftLimitMinor: 30, funds: 60 }), await world.open('b', { funds: 60 }), await world.open('c', { type: 'merchant' })];
        world.aws.intercept = async ({ operation }, proceed) => {
          const next: unknown = faults.next().value;
          await Promise.resolve();
          if (next === 'lost before') throw connectionLost();
          if (next === 'throttled') throw throttled('DynamoDB');
          if (next === 'conflict' && operation === 'TransactWriteItems') throw transactionCanceled([{ Code: 'None' }, { Code: 'TransactionConflict' }, { Code: 'None' }]);
          const answer = proceed();
          if (operation === 'TransactWriteItems') expect(breaksOf(world)).toEqual([]);
          if (next === 'lost after') throw connectionLost();
          return answer;
        };
        const work = steps.map((one, index) => () => retried(() => perform(world, ids, one, index)));
        if (atOnce) await Promise.all(work.map((run) => run()));
        else for (const run of work) await run();
        world.aws.intercept = (_call, proceed) => proceed();
        expect(breaksOf(world)).toEqual([]);
        for (const account of world.allAccounts()) {
          if (account.status === 'closed') expect([account.creditsPosted - account.debitsPosted, account.debitsPending, account.creditsPending]).toEqual([0, 0, 0]);
        }
        for (const { kind, status } of world.allTransfers()) done.add(`${kind} ${status}`);
        leaveWorld();
      }),
      { numRuns: times(150, 3_000), examples: [[everyKind(), fc.stream(noFaults()), false]] },
    );
    for (const kind of ['deposit', 'withdrawal', 'payment', 'capture', 'release', 'refund', 'correction']) expect(done).toContain(`${kind} posted`);
    for (const kind of ['withdrawal', 'payment', 'hold', 'capture', 'correction']) expect(done).toContain(`${kind} rejected`);
  }, times(60_000, 1_200_000));
});
