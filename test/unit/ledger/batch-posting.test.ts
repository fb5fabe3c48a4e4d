import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemAccountId } from '../../../lambdas/ledger/account.ts';
import { transferKey } from '../../../lambdas/ledger/ledger-items.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { holdId, paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { withinInvocation } from '../../../lambdas/shared/time/deadline.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { validationError } from '../../support/aws/dynamodb/errors.ts';
import { approved, breaksOf, cancelRequested, captureRequested, leaveWorld, ledgerWorld, paymentNamed, refundRequested, TENANT, tenantNamed } from './ledger-world.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { LedgerWorld } from './ledger-world.ts';

let world: LedgerWorld;
let payer: AccountId;
let merchant: AccountId;

beforeEach(async () => {
  world = ledgerWorld();
  payer = await world.open('payer', { funds: 1_000 });
  merchant = await world.open('merchant', { type: 'merchant' });
});
afterEach(leaveWorld);

const pay = (payment: string, amount = 10, more: Partial<Parameters<typeof approved>[0]> = {}) => approved({ payer, payee: merchant, payment, amount, ...more });
const hold = (payment: string, amount = 10, more: Partial<Parameters<typeof approved>[0]> = {}) => pay(payment, amount, { captureMethod: 'manual', ...more });
const decision = async (payment: string, tenant = TENANT) => (await world.transfers.find(tenant, paymentTransferId(paymentNamed(payment, tenant))))?.transfer;
const held = (payment: string) => world.transfers.find(TENANT, holdId(paymentNamed(payment)));
const writes = (calls: readonly Call[]): number[] =>
  calls.filter(({ operation }) => operation === 'TransactWriteItems').map(({ input }) => (input as { TransactItems: unknown[] }).TransactItems.length);
/** Number of items of each transaction that is sent while it works. */
const writesOf = async (work: () => Promise<unknown>): Promise<number[]> => {
  const before = world.aws.calls.length;
  await work();
  return writes(world.aws.calls.slice(before));
};

describe('a batch', () => {
  it('is one write where its drafts can share it', async () => {
    const asks = Array.from({ length: 49 }, (_, index) => pay(`p${index}`, 2));
    expect(await writesOf(() => world.answers(asks))).toEqual([51]);
    expect([await world.available(payer), await world.available(merchant)]).toEqual([902, 98]);
    expect(breaksOf(world)).toEqual([]);
  });

  it('stays within what one write takes, with fees too', async () => {
    await world.setFee({ basisPoints: 1_000, fixedMinor: 0 });
    const asks = Array.from({ length: 60 }, (_, index) => pay(`p${index}`));
    // The very first one finds that nobody has paid a fee yet.
    const items = await writesOf(() => world.answers(asks));
    expect(Math.max(...items)).toBeLessThanOrEqual(100);
    expect(await world.available(merchant)).toBe(60 * 9);
    expect(await world.available(systemAccountId(TENANT, 'fees', 'EUR'))).toBe(60);
    expect(breaksOf(world)).toEqual([]);
  });

  it('lets a payment and its fee meet on an empty merchant', async () => {
    await world.setFee({ basisPoints: 10_000, fixedMinor: 0 });
    expect(await world.answers([pay('p1')])).toEqual(['applied']);
    expect(await world.available(merchant)).toBe(0);
    expect(breaksOf(world)).toEqual([]);
  });

  it('answers the same ask twice in it by one transfer', async () => {
    expect(await world.answers([pay('p1'), pay('p1'), pay('p1', 10, { emission: 9 })])).toEqual(['applied', 'already', 'applied']);
    expect(await world.available(merchant)).toBe(10);
    expect(world.said().filter(({ type }) => type === 'FundsTransferred').map(({ emission }) => emission).slice(1)).toEqual([1, 2]);
  });

  it('captures when nothing is available', async () => {
    await world.answers([hold('p1', 1_000)]);
    expect(await world.available(payer)).toBe(0);
    expect(await world.answers([captureRequested({ payer, payee: merchant, payment: 'p1', amount: 1_000 })])).toEqual(['applied']);
    expect(await world.available(merchant)).toBe(1_000);
    expect(breaksOf(world)).toEqual([]);
  });

  it('takes money that comes in before it goes out, in the order of the batch', async () => {
    expect(await world.answers([pay('p1', 30), approved({ payer: merchant, payee: payer, payment: 'p2', amount: 30 })])).toEqual(['applied', 'applied']);
    expect([await world.available(payer), await world.available(merchant)]).toEqual([1_000, 0]);
  });

  it('refuses what its messages draw together beyond what is there', async () => {
    await world.answers([pay('p1', 400), pay('p2', 700), pay('p3', 350), pay('p4', 300)]);
    expect((await Promise.all(['p1', 'p2', 'p3', 'p4'].map((payment) => decision(payment)))).map((one) => one?.reason ?? one?.status)).toEqual([
      'posted', 'insufficient_funds', 'posted', 'insufficient_funds',
    ]);
    expect(await world.available(payer)).toBe(250);
  });

  it('rejects what an account below a lowered limit does not have, whatever comes in with it', async () => {
    const low = await world.open('low', { overdraftLimitMinor: 50 });
    await world.answers([approved({ payer: low, payee: merchant, payment: 'p0', amount: 50 })]);
    await world.setLimit(low, 0);
    expect(await world.available(low)).toBe(-50);
    await world.answers([approved({ payer, payee: low, payment: 'p1', amount: 60 }), approved({ payer: low, payee: merchant, payment: 'p2', amount: 20 })]);
    expect(await decision('p2')).toMatchObject({ status: 'rejected', reason: 'insufficient_funds' });
    expect(await world.available(low)).toBe(10);
  });

  it('decides a payment to the account of fees, for which there is a fee', async () => {
    await world.setFee({ basisPoints: 100, fixedMinor: 1 });
    const fees = systemAccountId(TENANT, 'fees', 'EUR');
    expect(await world.answers([approved({ payer, payee: fees, payment: 'p1', amount: 100 }), pay('p2', 100)])).toEqual(['applied', 'applied']);
    expect([await decision('p1'), await decision('p2')]).toMatchObject([{ reason: 'account_not_found' }, { status: 'posted' }]);
    expect(breaksOf(world)).toEqual([]);
  });

  it('writes many rejections together', async () => {
    const asks = Array.from({ length: 30 }, (_, index) => pay(`p${index}`, 1_001));
    expect((await writesOf(() => world.answers(asks))).at(-1)).toBe(30);
    expect(await decision('p29')).toMatchObject({ reason: 'insufficient_funds' });
  });
});

describe('one that is at fault', () => {
  it('does not take the others along when the database refuses it as such', async () => {
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation === 'TransactWriteItems' && JSON.stringify(input).includes(`${paymentNamed('poison')}.payment`)) throw validationError('Poison.');
      return proceed();
    };
    const answers = await world.answers([pay('p1'), pay('poison'), pay('p2')]);
    expect(answers.map((answer) => (answer instanceof Error ? answer.name : answer))).toEqual(['applied', 'ValidationException', 'applied']);
    expect(await world.available(merchant)).toBe(20);
  });

  it('does not take the others along when what it builds on cannot be read', async () => {
    await world.answers([hold('good', 5), hold('bad', 5)]);
    await dynamoDb().send(new UpdateItemCommand({
      TableName: world.table, Key: marshall(transferKey(TENANT, holdId(paymentNamed('bad')))), UpdateExpression: 'SET kind = :none', ExpressionAttributeValues: marshall({ ':none': 'none' }),
    }));
    const ask = { payer, payee: merchant, amount: 5 };
    const answers = await world.answers([captureRequested({ ...ask, payment: 'bad' }), captureRequested({ ...ask, payment: 'good' }), pay('p1')]);
    expect(answers.map((answer) => (answer instanceof Error ? 'error' : answer))).toEqual(['error', 'applied', 'applied']);
  });

  it('does not take the others along when only what comes with it is decided', async () => {
    await world.setFee({ basisPoints: 100, fixedMinor: 0 });
    await world.answers([pay('p1', 100)]);
    // Cannot happen by the ledger's own writes: the payment vanishes, its fee stays.
    await world.remove(transferKey(TENANT, paymentTransferId(paymentNamed('p1'))));
    const answers = await world.answers([pay('p2', 100), pay('p1', 100), pay('p3', 100)]);
    expect(answers.map((answer) => (answer instanceof Error ? 'error' : answer))).toEqual(['applied', 'error', 'applied']);
  });

  it('refuses to write that a hold came back when it did not', async () => {
    await world.answers([hold('p1')]);
    const payerAsItWas = (await world.accounts.find(TENANT, payer))!;
    await world.put({ ...payerAsItWas, currency: 'USD' });
    const [answer] = await world.answers([cancelRequested({ payer, payee: merchant, payment: 'p1' })]);
    expect(answer).toMatchObject({ name: 'IntegrityError' });
    expect(world.said().map(({ type }) => type)).not.toContain('HoldReleased');
    await world.put(payerAsItWas);
    expect(await world.answers([cancelRequested({ payer, payee: merchant, payment: 'p1' })])).toEqual(['applied']);
    expect(breaksOf(world)).toEqual([]);
  });
});

describe('conflicts', () => {
  /** Times at which others than the tenant got their writes through. */
  const conflictFor = (tenant: string): number[] => {
    const through: number[] = [];
    world.aws.intercept = ({ operation, input }, proceed) => {
      const actions = operation === 'TransactWriteItems' ? (input as { TransactItems: unknown[] }).TransactItems : [];
      if (!JSON.stringify(actions).includes(`${tenant}#`)) {
        if (actions.length > 0) through.push(world.now());
        return proceed();
      }
      throw transactionCanceled(actions.map((_, index) => ({ Code: index === 0 ? 'TransactionConflict' : 'None' })));
    };
    return through;
  };

  it('of one tenant leave the others their time', async () => {
    const other = tenantNamed('tenant02');
    const theirs = { tenant: other, payer: await world.open('payer', { tenant: other, funds: 100 }), payee: await world.open('payee', { tenant: other }) };
    const through = conflictFor(TENANT);
    const began = world.now();
    const answers = await withinInvocation({ getRemainingTimeInMillis: () => 20_000 }, () => world.answers([pay('p1'), approved({ ...theirs, payment: 'p2' })]));
    expect(answers.map((answer) => (answer instanceof Error ? answer.name : answer))).toEqual(['TransactionCanceledException', 'applied']);
    expect(await decision('p2', other)).toMatchObject({ status: 'posted' });
    expect(through[0]! - began).toBeLessThan(1_000);
  });

  it('until the time is over hand the messages back, in time, with nothing moved', async () => {
    conflictFor(TENANT);
    const before = world.now();
    const answers = await withinInvocation({ getRemainingTimeInMillis: () => 20_000 }, () => world.answers(Array.from({ length: 60 }, (_, index) => pay(`p${index}`))));
    expect(answers.every((answer) => answer instanceof Error)).toBe(true);
    expect(world.now() - before).toBeLessThan(18_000);
    expect(await world.available(payer)).toBe(1_000);
  });

  it('together with a decided id are answered from there', async () => {
    await world.answers([pay('p1')]);
    let first = true;
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation !== 'TransactWriteItems' || !first) return proceed();
      first = false;
      try {
        return proceed();
      } catch (error) {
        const [decided, ...reasons] = (error as { fields?: { CancellationReasons?: { Code: string }[] } }).fields?.CancellationReasons ?? [];
        throw decided === undefined ? error : transactionCanceled([decided, ...reasons.map(() => ({ Code: 'TransactionConflict' }))]);
      }
    };
    expect(await world.answers([pay('p1'), pay('p2')])).toEqual(['already', 'applied']);
    expect(await world.available(merchant)).toBe(20);
  });
});

describe('what a draft builds on', () => {
  it('is read again when another took from it meanwhile: refunds never exceed', async () => {
    await world.answers([pay('p1', 100)]);
    const refund = (name: string) => refundRequested({ payer, payee: merchant, payment: 'p1', refund: name, amount: 60 });
    expect(await world.answers([refund('r1'), refund('r2'), refund('r3')])).toEqual(['applied', 'applied', 'applied']);
    expect(world.allTransfers().filter(({ kind }) => kind === 'refund').map(({ status, reason }) => reason ?? status).sort()).toEqual(['exceeds_captured', 'exceeds_captured', 'posted']);
    expect(await world.available(merchant)).toBe(40);
  });

  it('gives one end when a final capture and a release come at the same time', async () => {
    for (let run = 0; run < 20; run += 1) {
      const payment = `p${run}`;
      await world.answers([hold(payment, 20)]);
      const asks = [captureRequested({ payer, payee: merchant, payment, amount: 5, final: true }), cancelRequested({ payer, payee: merchant, payment })];
      world.aws.intercept = async (_call, proceed) => {
        await new Promise(setImmediate);
        return proceed();
      };
      await (run % 2 === 0 ? world.answers(asks) : Promise.all(asks.toReversed().map((ask) => world.answer(ask))));
      expect(await held(payment)).toMatchObject({ remainingMinor: 0 });
      expect(world.allTransfers().filter(({ id }) => id === `${paymentNamed(payment)}.release`)).toHaveLength(1);
    }
    expect(breaksOf(world)).toEqual([]);
  });
});
