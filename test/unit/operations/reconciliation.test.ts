import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { eur, newKey, openAccount, openPair } from '../../support/accounts.ts';
import { tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { World } from '../../support/world.ts';

type Members = Readonly<Record<string, unknown>>;

const HOUR = 3_600_000;
const TENANT = 'tenant01';

let world: World;
let payer: string;
let payee: string;
const post = async (route: Route, body: object, more: object = {}): Promise<Members> => {
  const answer = await world.call(route, { body, key: newKey(), ...more });
  if (answer.status >= 400) throw new Error(answer.text);
  return answer.body;
};
const pay = async (value = 10, more: object = {}): Promise<string> =>
  String((await post(routes.createPayment, { payerAccountId: payer, payeeAccountId: payee, amount: eur(value), ...more }))['id']);
const settled = async (value = 10, more: object = {}): Promise<string> => {
  const id = await pay(value, more);
  await world.drain();
  return id;
};
const held = (value = 100): Promise<string> => settled(value, { captureMethod: 'manual' });
const capture = async (id: string, body: object): Promise<void> => {
  await post(routes.capturePayment, body, { path: { id } });
  await world.drain();
};

/** Changes an item behind everybody's back. */
const change = async (service: 'ledger' | 'payments', pk: string, sk: string, set: Members): Promise<void> => {
  const names = Object.keys(set);
  await dynamoDb().send(new UpdateItemCommand({
    TableName: tableNameOf(service), Key: marshall({ pk, sk }), UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
    ExpressionAttributeValues: marshall(Object.fromEntries(names.map((name, index) => [`:v${index}`, set[name]]))),
  }));
};
const remove = async (service: 'ledger' | 'payments' | 'notifications', pk: string, sk: string): Promise<void> => {
  await dynamoDb().send(new DeleteItemCommand({ TableName: tableNameOf(service), Key: marshall({ pk, sk }) }));
};
const transfer = (id: string): [string, string] => [`${TENANT}#T#${id}`, 'TRANSFER'];
const payment = (id: string): [string, string] => [`${TENANT}#P#${id}`, 'PAYMENT'];
const account = (id: string): [string, string] => [`${TENANT}#A#${id}`, 'ACCOUNT'];

interface Told {
  readonly run: Members;
  readonly breaks: readonly Members[];
}
const told = async (id: string, tenant = 'platform'): Promise<Told> => {
  const { body } = await world.call(routes.getReconciliation, { path: { id }, query: { limit: '100' }, tenant });
  return { run: body, breaks: (body['breaks'] as { data: Members[] }).data };
};
/** All books, or what the body names, from asking to the end. */
const reconciled = async (body: object = {}, tenant = 'platform'): Promise<Told> => {
  const { id } = await post(routes.createReconciliation, body, { tenant });
  for (let tick = 0; tick < 50; tick += 1) {
    await world.reconcile();
    const answer = await told(String(id), tenant);
    if (answer.run['status'] === 'finished') return answer;
  }
  throw new Error('The reconciliation does not come to its end.');
};
const found = async (body: object = {}): Promise<readonly Members[]> => (await reconciled(body)).breaks;
const kinds = (breaks: readonly Members[]): string[] => breaks.map(({ kind }) => String(kind)).sort();

beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 10_000));
  await world.drain();
});
afterEach(() => world.close());

/** Everything a payment can come to, and money that comes and goes. */
const history = async (): Promise<void> => {
  const paid = await settled();
  await post(routes.createRefund, { paymentId: paid, amount: eur(4) });
  await settled(100_000);
  const [whole, part, dropped, late, open] = [await held(), await held(), await held(), await held(), await held()];
  await capture(whole, {});
  await capture(part, { amount: eur(30) });
  await capture(part, { amount: eur(20), final: true });
  await post(routes.cancelPayment, {}, { path: { id: dropped } });
  await capture(late, { amount: eur(1) });
  // To the time at which holds expire, without the minutes before it.
  world.now += 7 * 24 * HOUR;
  await world.runFor(HOUR);
  await post(routes.createRefund, { paymentId: part, amount: eur(50) });
  await world.drain();
  expect(open).not.toBe('');
};

describe('a reconciliation of clean books', () => {
  it('finds nothing, whatever payments came to, and tells what it compared', async () => {
    await history();
    await held();
    const { run, breaks } = await reconciled();
    expect(breaks).toEqual([]);
    expect(run).toMatchObject({ status: 'finished', scope: 'all', breakCount: 0, compared: { accounts: 3, payments: 8, refunds: 2, unsettled: 0 } });
    expect((run['compared'] as Members)['transfers']).toBeGreaterThan(15);
    expect((run['compared'] as Members)['events']).toBeGreaterThan(15);
  });

  it('finds nothing long after, nor at once', async () => {
    await settled();
    expect(await found()).toEqual([]);
    await world.runFor(2 * HOUR);
    expect(await found()).toEqual([]);
  });
});

describe('a planted break is found and named:', () => {
  it('a balance that was changed', async () => {
    await settled();
    await world.runFor(HOUR);
    await change('ledger', ...account(payer), { available: 9_991 });
    const [only, ...more] = await found();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ kind: 'balance_differs', accountId: payer, tenantId: TENANT, reason: 'available is 9991, its transfers make 9990.', nextStep: expect.stringContaining('freeze') });
  });

  it('a counter that was changed: the account, and the currency that does not balance any more', async () => {
    await settled();
    await world.runFor(HOUR);
    await change('ledger', ...account(payee), { creditsPosted: 11, available: 11 });
    expect(await found()).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'balance_differs', accountId: payee }),
      expect.objectContaining({ kind: 'currency_unbalanced', currency: 'EUR', tenantId: TENANT, reason: expect.stringContaining('-1 posted and 0 pending') }),
    ]));
  });

  it('an account that is gone, once, however many transfers it has; the currency does not balance', async () => {
    const ids = [await settled(), await settled()];
    await world.runFor(HOUR);
    await remove('ledger', ...account(payee));
    const breaks = await found();
    expect(kinds(breaks)).toEqual(['account_missing', 'currency_unbalanced']);
    const { reason, ...missing } = breaks.find(({ kind }) => kind === 'account_missing') ?? {};
    expect(missing).toMatchObject({ accountId: payee, tenantId: TENANT, currency: 'EUR', nextStep: expect.stringContaining('Restore the ledger table') });
    expect(ids.some((id) => String(reason).includes(`(${id}.payment, 10)`))).toBe(true);
  });

  it('a transfer that is gone: both accounts, and the payment that succeeded without it', async () => {
    const id = await settled();
    await remove('ledger', ...transfer(`${id}.payment`));
    const breaks = await found();
    expect(kinds(breaks)).toEqual(['balance_differs', 'balance_differs', 'transfer_missing']);
    expect(breaks).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'transfer_missing', paymentId: id, transferId: `${id}.payment`, nextStep: expect.any(String) })]));
  });

  it('a payment that succeeded, says its item, without a transfer', async () => {
    const id = await settled(100_000);
    await change('payments', ...payment(id), { st: 'succeeded' });
    expect(await found()).toEqual([expect.objectContaining({ kind: 'transfer_missing', paymentId: id, reason: 'The payment succeeded with 100000; its transfer is rejected.' })]);
  });

  it('a transfer of another amount', async () => {
    const id = await settled();
    await change('ledger', ...transfer(`${id}.payment`), { amountMinor: 9 });
    expect(kinds(await found())).toEqual(['balance_differs', 'balance_differs', 'transfer_differs']);
  });

  it('money that moved for a payment that ended without it', async () => {
    const id = await settled();
    await change('payments', ...payment(id), { st: 'failed' });
    expect(await found()).toEqual([expect.objectContaining({ kind: 'transfer_unexpected', paymentId: id, transferId: `${id}.payment` })]);
  });

  it('a hold that is left over', async () => {
    const id = await held();
    await change('payments', ...payment(id), { st: 'canceled' });
    expect(await found()).toEqual([expect.objectContaining({ kind: 'hold_left_over', paymentId: id, transferId: `${id}.hold`, reason: 'The payment is canceled; 100 is held for it still.' })]);
  });

  it('a hold with another rest than its captures leave', async () => {
    const id = await held();
    await capture(id, { amount: eur(30) });
    await change('ledger', ...transfer(`${id}.hold`), { remainingMinor: 71 });
    expect(await found()).toEqual([expect.objectContaining({ kind: 'hold_differs', paymentId: id })]);
  });

  it('a capture that is gone', async () => {
    const id = await held();
    await capture(id, {});
    await remove('ledger', ...transfer(`${id}.capture.1`));
    expect(kinds(await found())).toEqual(['balance_differs', 'balance_differs', 'hold_differs', 'transfer_missing']);
  });

  it('a deadline that has passed', async () => {
    world.stopped.add('fraud');
    const id = await settled();
    world.now += HOUR;
    expect(await found()).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'deadline_passed', paymentId: id, reason: expect.stringContaining('The payment is pending') })]));
  });

  it('an authorized payment that should have expired', async () => {
    const id = await held();
    world.now += 8 * 24 * HOUR;
    expect(await found()).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'deadline_passed', paymentId: id, reason: expect.stringContaining('The payment is authorized') })]));
  });

  it('what can be refunded', async () => {
    const id = await settled();
    await change('ledger', ...transfer(`${id}.payment`), { refundableMinor: 20 });
    expect(await found()).toEqual([expect.objectContaining({ kind: 'refundable_differs', paymentId: id })]);
  });

  it('a refund that succeeded without its transfer, one that is gone, and one that waits too long', async () => {
    const id = await settled();
    const refund = String((await post(routes.createRefund, { paymentId: id, amount: eur(4) }))['id']);
    world.stopped.add('ledger');
    await world.drain();
    world.now += 25 * HOUR;
    expect(await found()).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'deadline_passed', refundId: refund, paymentId: id })]));
    world.stopped.delete('ledger');
    await world.drain();
    await remove('ledger', ...transfer(`${refund}.refund`));
    expect(kinds(await found())).toEqual(['balance_differs', 'balance_differs', 'transfer_missing']);
  });

  it('a payment, or a refund, that the ledger knows and nobody else', async () => {
    const id = await settled();
    const refund = String((await post(routes.createRefund, { paymentId: id, amount: eur(4) }))['id']);
    await world.drain();
    await remove('payments', `${TENANT}#R#${refund}`, 'REFUND');
    expect(await found()).toEqual([expect.objectContaining({ kind: 'refund_missing', refundId: refund })]);
    await remove('payments', ...payment(id));
    expect(kinds(await found())).toEqual(['payment_missing', 'payment_missing']);
  });

  it('a transfer that a statement does not have', async () => {
    const id = await settled();
    await change('ledger', ...transfer(`${id}.payment`), { dp: `${TENANT}#D#nobody#0` });
    expect(kinds(await found())).toEqual(['balance_differs', 'currency_unbalanced', 'transfer_unlisted']);
  });

  it('an item that cannot be read, beside which all others are compared', async () => {
    const [broken, other] = [await settled(), await settled()];
    await change('ledger', ...transfer(`${broken}.payment`), { amountMinor: 'ten' });
    await change('payments', ...payment(other), { st: 'failed' });
    const breaks = await found();
    expect(breaks).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'item_unreadable', item: `T#${broken}.payment TRANSFER`, tenantId: TENANT }),
      expect.objectContaining({ kind: 'transfer_unexpected', paymentId: other }),
    ]));
  });

  it('a public event that is not in the log', async () => {
    await world.runFor(HOUR);
    const lost = await openAccount(world, 'customer');
    world.loseRecords();
    await world.runFor(HOUR);
    expect(await found()).toEqual([expect.objectContaining({ kind: 'event_not_logged', eventId: `${lost}-1`, tenantId: TENANT, nextStep: expect.stringContaining('npm run republish') })]);
  });
});

describe('a comparison that a tenant asked for', () => {
  it('tells nothing of another tenant, and counts nothing of it', async () => {
    await world.runFor(HOUR);
    await openAccount(world, 'customer', { tenant: 'tenant02' });
    world.loseRecords();
    await world.runFor(HOUR);
    const { run, breaks } = await reconciled({}, TENANT);
    expect(breaks).toEqual([]);
    // Two accounts and a deposit.
    expect(run).toMatchObject({ tenantId: TENANT, compared: { accounts: 3, events: 3 } });
    expect(kinds(await found({ tenantId: 'tenant02' }))).toEqual(['event_not_logged']);
  });
});

describe('what is no break', () => {
  it('a capture that is posted while its hold is being read', async () => {
    const id = await held();
    await world.runFor(HOUR);
    const readHold = new GetItemCommand({ TableName: tableNameOf('ledger'), Key: marshall({ pk: `${TENANT}#T#${id}.hold`, sk: 'TRANSFER' }) });
    const { Item: before } = await dynamoDb().send(readHold);
    world.stopped.add('payments');
    await capture(id, { amount: eur(30) });
    // A batch of reads is no snapshot: the hold as it was before the capture, the capture with it.
    world.aws.intercept = ({ operation }, proceed) => {
      const answer = proceed();
      if (operation !== 'BatchGetItem') return answer;
      const { Responses = {} } = answer as { Responses?: Record<string, (typeof before)[]> };
      const isHold = (item: typeof before): boolean => item?.['pk']?.S === before?.['pk']?.S;
      return { ...answer, Responses: Object.fromEntries(Object.entries(Responses).map(([table, items]) => [table, items.map((item) => (isHold(item) ? before : item))])) };
    };
    expect(await found({ paymentId: id, tenantId: TENANT })).toEqual([]);
  });
});
