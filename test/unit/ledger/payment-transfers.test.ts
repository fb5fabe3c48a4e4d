import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountIdFor, systemAccountId } from '../../../lambdas/ledger/account.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { AwsError, connectionLost } from '../../support/aws/errors.ts';
import { approved, breaksOf, leaveWorld, ledgerWorld, paymentNamed, TENANT, tenantNamed, voidRequested } from './ledger-world.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';
import type { LedgerWorld } from './ledger-world.ts';

let world: LedgerWorld;
let payer: AccountId;
let payee: AccountId;

beforeEach(async () => {
  world = ledgerWorld();
  payer = await world.open('payer', { funds: 100 });
  payee = await world.open('payee', { type: 'merchant' });
});
afterEach(() => {
  expect(breaksOf(world)).toEqual([]);
  leaveWorld();
});

const post = (options: Partial<Parameters<typeof approved>[0]> = {}) => world.answer(approved({ payer, payee, ...options }));
const giveUp = (options: Partial<Parameters<typeof approved>[0]> = {}) => world.answer(voidRequested({ payer, payee, ...options }));
const decision = async (payment = 'payment-1') => (await world.transfers.find(TENANT, paymentTransferId(paymentNamed(payment))))?.transfer;
/** Outcomes that payments is told, in order. */
const told = (): Envelope[] => world.said().filter(({ type, data }) => type !== 'AccountOpened' && 'paymentId' in data);
const balances = async () => [await world.available(payer), await world.available(payee)];

describe('an approved payment', () => {
  it('moves its money once and tells so', async () => {
    expect(await post({ amount: 30 })).toBe('applied');
    expect(await balances()).toEqual([70, 30]);
    expect(told()).toMatchObject([
      {
        type: 'FundsTransferred', subject: `${paymentNamed('payment-1')}.payment`, sequence: 1, emission: 1, correlationid: 'request-1', causationid: `${paymentNamed('payment-1')}-2`,
        data: { kind: 'payment', paymentId: paymentNamed('payment-1'), debitAccountId: payer, creditAccountId: payee, amount: { value: 30, currency: 'EUR' } },
      },
    ]);
    expect(told()[0]).not.toHaveProperty('publicsequence');
  });

  it('rejects what the payer does not have, and tells why', async () => {
    expect(await post({ amount: 101 })).toBe('applied');
    expect(await decision()).toMatchObject({ status: 'rejected', reason: 'insufficient_funds' });
    expect(told()).toMatchObject([{ type: 'TransferRejected', data: { reason: 'insufficient_funds', amount: { value: 101, currency: 'EUR' } } }]);
    expect(await balances()).toEqual([100, 0]);
  });

  it('draws on the overdraft limit and no further', async () => {
    const indebted = await world.open('indebted', { overdraftLimitMinor: 25 });
    await post({ payer: indebted, amount: 25, payment: 'p1' });
    await post({ payer: indebted, amount: 1, payment: 'p2' });
    expect(await world.available(indebted)).toBe(0);
    expect([await decision('p1'), await decision('p2')]).toMatchObject([{ status: 'posted' }, { reason: 'insufficient_funds' }]);
  });

  it('rejects accounts that another tenant has, like such that nobody has', async () => {
    const theirs = await world.open('payer', { tenant: tenantNamed('tenant02'), funds: 500 });
    await post({ payer: theirs, payment: 'p1' });
    await post({ payee: theirs, payment: 'p2' });
    await post({ payee: accountIdFor(TENANT, 'open-account', 'nobody'), payment: 'p3' });
    for (const payment of ['p1', 'p2', 'p3']) expect(await decision(payment)).toMatchObject({ status: 'rejected', reason: 'account_not_found' });
    expect(await world.available(theirs, tenantNamed('tenant02'))).toBe(500);
    expect(await balances()).toEqual([100, 0]);
  });

  it('rejects the outside world as payer and as payee', async () => {
    await post({ payer: systemAccountId(TENANT, 'external', 'EUR'), payment: 'p1' });
    await post({ payee: systemAccountId(TENANT, 'external', 'EUR'), payment: 'p2' });
    expect([await decision('p1'), await decision('p2')]).toMatchObject([{ reason: 'account_not_found' }, { reason: 'account_not_found' }]);
  });

  it('rejects an account that pays itself', async () => {
    await post({ payee: payer });
    expect(await decision()).toMatchObject({ reason: 'same_account' });
    expect(await world.available(payer)).toBe(100);
  });

  it('rejects a frozen payer, and pays a frozen payee', async () => {
    await world.setStatus(payer, 'frozen');
    await post({ payment: 'p1' });
    await world.setStatus(payer, 'open');
    await world.setStatus(payee, 'frozen');
    await post({ payment: 'p2' });
    expect([await decision('p1'), await decision('p2')]).toMatchObject([{ reason: 'account_frozen' }, { status: 'posted' }]);
  });

  it('stays rejected when the money comes in later', async () => {
    await post({ amount: 101 });
    await world.deposit(payer, 1_000);
    expect(await post({ amount: 101, emission: 7 })).toBe('applied');
    expect(await decision()).toMatchObject({ status: 'rejected', reason: 'insufficient_funds' });
    expect(await balances()).toEqual([1_100, 0]);
  });
});

describe('an ask that comes again', () => {
  it('changes nothing when it is a redelivery', async () => {
    await post();
    const before = world.items();
    expect(await post()).toBe('already');
    expect(await post({ emission: 1 })).toBe('already');
    expect(world.items()).toEqual(before);
  });

  it.each(['posted', 'rejected'])('is told a %s outcome again, as the same event, when it was asked again', async (status) => {
    const amount = status === 'posted' ? 30 : 300;
    await post({ amount, emission: 2 });
    expect(await post({ amount, emission: 5 })).toBe('applied');
    expect(await post({ amount, emission: 5 })).toBe('already');
    const [first, second, ...more] = told();
    expect(more).toEqual([]);
    expect(second).toEqual({ ...first, emission: 2 });
    expect(await decision()).toMatchObject({ status });
  });

  it('is answered once when two of it run at the same time', async () => {
    await post();
    expect((await Promise.all([post({ emission: 4 }), post({ emission: 4 })])).sort()).toEqual(['already', 'applied']);
    expect(told()).toHaveLength(2);
  });

  it.each([
    ['amount', { amount: 11 }], ['currency', { currency: 'USD' }], ['payer', { payer: accountIdFor(TENANT, 'open-account', 'other') }],
    ['payee', { payee: accountIdFor(TENANT, 'open-account', 'other') }],
  ])('refuses to answer an ask under a decided id with another %s', async (_name, other) => {
    await post();
    const before = world.items();
    await expect(post({ ...other, emission: 9 })).rejects.toMatchObject({ name: 'IntegrityError' });
    await expect(giveUp({ ...other, emission: 9 })).rejects.toMatchObject({ name: 'IntegrityError' });
    expect(world.items()).toEqual(before);
  });
});

describe('a void', () => {
  it('before the ask decides that nothing will move', async () => {
    expect(await giveUp({ emission: 6 })).toBe('applied');
    expect(await post({ emission: 2 })).toBe('already');
    expect(await decision()).toMatchObject({ status: 'rejected', reason: 'voided' });
    expect(told()).toMatchObject([{ type: 'TransferRejected', data: { reason: 'voided' } }]);
    expect(await balances()).toEqual([100, 0]);
  });

  it('after the money has moved is answered with what is there', async () => {
    await post({ emission: 2 });
    expect(await giveUp({ emission: 6 })).toBe('applied');
    expect(told().map(({ type, id, emission }) => [type, id, emission])).toEqual([
      ['FundsTransferred', `${paymentNamed('payment-1')}.payment-1`, 1], ['FundsTransferred', `${paymentNamed('payment-1')}.payment-1`, 2],
    ]);
    expect(await balances()).toEqual([90, 10]);
  });

  it('and an ask at the same time give one decision', async () => {
    await Promise.all([post({ emission: 2 }), giveUp({ emission: 3 })]);
    const { status } = (await decision())!;
    expect(await balances()).toEqual(status === 'posted' ? [90, 10] : [100, 0]);
    expect(world.allTransfers().filter(({ kind }) => kind === 'payment')).toHaveLength(1);
  });
});

describe('many payments at once', () => {
  it('grant exactly as many as there is money for', async () => {
    world.aws.intercept = async (_call, proceed) => {
      await new Promise(setImmediate);
      return proceed();
    };
    await Promise.all(Array.from({ length: 25 }, (_, index) => post({ amount: 10, payment: `p${index}` })));
    const outcomes = world.allTransfers().filter(({ kind }) => kind === 'payment').map(({ status, reason }) => reason ?? status);
    expect(outcomes.filter((outcome) => outcome === 'posted')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'insufficient_funds')).toHaveLength(15);
    expect(await balances()).toEqual([0, 100]);
  });

  it('wait for each other when they meet on an account', async () => {
    let conflicts = 3;
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation !== 'TransactWriteItems' || conflicts === 0) return proceed();
      conflicts -= 1;
      throw transactionCanceled([{ Code: 'None' }, { Code: 'TransactionConflict' }, { Code: 'None' }]);
    };
    expect(await post()).toBe('applied');
    expect(await decision()).toMatchObject({ status: 'posted' });
  });

  it('do not judge an account that was being written', async () => {
    const nobody = accountIdFor(TENANT, 'open-account', 'nobody');
    let conflicts = 2;
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation !== 'TransactWriteItems' || conflicts === 0) return proceed();
      conflicts -= 1;
      // The payer's shortage alone would be told, though a payee that is missing comes first in the order.
      throw world.aws.conflict(input, 2);
    };
    await post({ amount: 500, payee: nobody });
    expect(conflicts).toBe(0);
    expect(await decision()).toMatchObject({ reason: 'account_not_found' });
  });
});

describe('a crash or a lost answer', () => {
  /** Lets `kill` decide, by operation and how often it was called, whether the function dies before or after the call. */
  const dieAt = (operation: string, when: 'before' | 'after', nth = 1) => {
    let calls = 0;
    world.aws.intercept = (call, proceed) => {
      if (call.operation === operation) calls += 1;
      if (call.operation !== operation || calls < nth) return proceed();
      world.aws.intercept = (_call, go) => go();
      if (when === 'after') proceed();
      throw connectionLost();
    };
  };

  it.each(['before', 'after'] as const)('%s the posting leaves one effect after redelivery', async (when) => {
    dieAt('TransactWriteItems', when);
    await expect(post()).rejects.toThrow();
    expect(await post()).toBe(when === 'before' ? 'applied' : 'already');
    expect(await balances()).toEqual([90, 10]);
    expect(told()).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)('%s the rejection is written leaves one decision', async (when) => {
    dieAt('TransactWriteItems', when, 2);
    await expect(post({ amount: 101 })).rejects.toThrow();
    expect(await post({ amount: 101 })).toBe(when === 'before' ? 'applied' : 'already');
    expect(await decision()).toMatchObject({ reason: 'insufficient_funds' });
    expect(told()).toHaveLength(1);
  });

  it('between the refusal and its rejection leaves the id open to money that came in', async () => {
    dieAt('TransactWriteItems', 'before', 2);
    await expect(post({ amount: 101 })).rejects.toThrow();
    await world.deposit(payer, 1);
    expect(await post({ amount: 101 })).toBe('applied');
    expect(await decision()).toMatchObject({ status: 'posted' });
  });

  it('refuses to write a rejection over a duplicate that has posted meanwhile', async () => {
    let writes = 0;
    world.aws.intercept = async ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems') writes += 1;
      if (writes < 2) return proceed();
      world.aws.intercept = (_call, go) => go();
      await world.deposit(payer, 1);
      await post({ amount: 101 });
      return proceed();
    };
    expect(await post({ amount: 101 })).toBe('already');
    expect(await decision()).toMatchObject({ status: 'posted' });
    expect(told()).toMatchObject([{ type: 'FundsTransferred' }]);
  });

  it.each([30, 300])('on the way back is met by the SDK asking again: %i is decided once', async (amount) => {
    useTransport(world.aws.requestHandler, 3);
    const lost = new Set<string>();
    world.aws.intercept = ({ operation }, proceed) => {
      const answer = proceed();
      if (lost.has(operation)) return answer;
      lost.add(operation);
      throw new AwsError('InternalServerError', 'The answer was lost.', {}, 500);
    };
    await post({ amount });
    expect(await balances()).toEqual(amount === 30 ? [70, 30] : [100, 0]);
    expect(told()).toHaveLength(1);
  });
});

it('refuses an event that the ledger has no use for', async () => {
  const stray = { ...approved({ payer, payee }), type: 'PaymentSucceeded' as const };
  await expect(world.answer(stray)).rejects.toThrow('no use for PaymentSucceeded');
});

it('refuses an event whose ids are not of our form', async () => {
  const ask = approved({ payer, payee });
  await expect(world.answer({ ...ask, data: { ...ask.data, payerAccountId: 'acc_1#A' } })).rejects.toMatchObject({ name: 'IntegrityError' });
});
