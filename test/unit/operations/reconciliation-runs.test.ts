import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { dynamoDbReconciliationStore, MAX_TOLD } from '../../../lambdas/operations/dynamodb-reconciliation-store.ts';
import { PLATFORM_TENANT } from '../../../lambdas/shared/ids/ids.ts';
import { SEGMENTS } from '../../../lambdas/operations/reconciliation.ts';
import { startWhenDue } from '../../../lambdas/operations/start-reconciliation.ts';
import { eur, newKey, openPair } from '../../support/accounts.ts';
import { throttled } from '../../support/aws/errors.ts';
import { tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { World } from '../../support/world.ts';

type Members = Readonly<Record<string, unknown>>;

let world: World;
let payer: string;
let payee: string;
const post = async (route: Route, body: object, more: object = {}): Promise<Members> => {
  const answer = await world.call(route, { body, key: newKey(), ...more });
  if (answer.status >= 400) throw new Error(answer.text);
  return answer.body;
};
const pay = async (): Promise<string> => String((await post(routes.createPayment, { payerAccountId: payer, payeeAccountId: payee, amount: eur(10) }))['id']);
const setPayment = async (id: string, st: string): Promise<void> => {
  const Key = marshall({ pk: `tenant01#P#${id}`, sk: 'PAYMENT' });
  await dynamoDb().send(new UpdateItemCommand({ TableName: tableNameOf('payments'), Key, UpdateExpression: 'SET st = :st', ExpressionAttributeValues: marshall({ ':st': st }) }));
};
const told = async (id: string, tenant = 'platform') => {
  const { body, status } = await world.call(routes.getReconciliation, { path: { id }, query: { limit: '100' }, tenant });
  return { status, run: body, breaks: status === 200 ? (body['breaks'] as { data: Members[] }).data : [] };
};
const begin = async (body: object = {}, tenant = 'platform'): Promise<string> => String((await post(routes.createReconciliation, body, { tenant }))['id']);
const isFinished = async (id: string): Promise<boolean> => (await told(id)).run['status'] === 'finished';

beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 10_000));
  await world.drain();
});
afterEach(() => world.close());

/** A run that dies right before or after one of its writes, and is taken up later. @returns whether it has that many writes */
const killedAt = async (at: number, when: 'before' | 'after'): Promise<boolean> => {
  const id = await begin();
  let writes = 0;
  world.aws.intercept = ({ operation, input }, proceed) => {
    // What is dead does nothing more, so it does not give its lease back either.
    if (writes >= at) throw Object.assign(new Error('killed'), { name: 'Killed' });
    if (!/Put|Update|Transact/.test(operation) || !JSON.stringify(input).includes(tableNameOf('operations'))) return proceed();
    writes += 1;
    if (writes < at) return proceed();
    if (when === 'after') proceed();
    throw Object.assign(new Error('killed'), { name: 'Killed' });
  };
  await world.reconcile().catch(() => undefined);
  world.aws.intercept = (_call, proceed) => proceed();
  for (let tick = 0; tick < 5 && !(await isFinished(id)); tick += 1) {
    world.now += 301_000;
    await world.reconcile();
  }
  const { run, breaks } = await told(id);
  expect({ at, when, ...run }).toMatchObject({ at, when, status: 'finished', breakCount: 1, compared: { accounts: 3, payments: 1, transfers: 2 } });
  expect(breaks.map(({ kind }) => kind)).toEqual(['transfer_unexpected']);
  return writes >= at;
};

describe('a reconciliation of all books', () => {
  const ask = (key: string, body: object = {}, tenant = 'tenant01') => world.call(routes.createReconciliation, { body, key, tenant });

  it('is open once per tenant: rejects another one, names the one that is open, and tells that one again under its own key', async () => {
    const id = (await ask('first')).body['id'];
    expect(await ask('second')).toMatchObject({
      status: 409, headers: { 'Retry-After': '60' }, body: { code: 'reconciliation_running', retryable: true, reconciliationId: id, detail: expect.stringContaining(String(id)) },
    });
    expect(await ask('first')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { id } });
    expect((await ask('of-one', { accountId: payer })).status).toBe(202);
    expect((await ask('first', {}, 'tenant02')).status).toBe(202);
    await world.reconcile();
    expect(await ask('second')).toMatchObject({ status: 202, body: { status: 'running' } });
    expect(await ask('first')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { id } });
  });

  it('is open once for the platform too, whosever books it names and whoever began it', async () => {
    await startWhenDue(dynamoDbReconciliationStore(tableNameOf('operations')), 24);
    for (const body of [{}, { tenantId: 'tenant01' }]) expect((await ask('by-hand', body, 'platform')).body).toMatchObject({ code: 'reconciliation_running' });
    expect((await ask('their-own')).status).toBe(202);
  });

  it('is begun by one of many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(`at-once-${index}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 9 }, () => 409)]);
    await world.reconcile();
    expect((await ask('after')).status).toBe(202);
  });
});

describe('a reconciliation', () => {
  it('finds nothing while payments are made', async () => {
    const payments = async (): Promise<void> => {
      for (let index = 0; index < 15; index += 1) {
        await pay();
        await world.drain();
      }
    };
    for (let round = 0; round < 3; round += 1) {
      const id = await begin();
      await Promise.all([payments(), world.reconcile(), payments()]);
      await world.reconcile();
      expect((await told(id)).breaks).toEqual([]);
    }
  });

  it('says nothing of an account that is written all the time, and counts it', async () => {
    const id = await begin({ accountId: payer }, 'tenant01');
    let isDepositing = false;
    world.aws.intercept = async ({ operation, input }, proceed) => {
      const answer = proceed();
      // Between the two reads of the account, behind the reading of its transfers.
      if (!isDepositing && operation === 'Query' && JSON.stringify(input).includes(`#C#${payer}#`)) {
        isDepositing = true;
        await post(routes.createDeposit, { amount: eur(1) }, { path: { id: payer } });
        isDepositing = false;
      }
      return answer;
    };
    await world.reconcile();
    world.aws.intercept = (_call, proceed) => proceed();
    expect(await told(id, 'tenant01')).toMatchObject({ run: { status: 'finished', compared: { accounts: 1, unsettled: 1 } }, breaks: [] });
  });

  it('saves a step once, and its sums with it', async () => {
    const store = dynamoDbReconciliationStore(tableNameOf('operations'));
    await startWhenDue(store, 24);
    const [run] = await store.open();
    if (run === undefined) throw new Error('There is no run.');
    const [task] = await store.tasks(run);
    if (task === undefined) throw new Error('There is no task.');
    const result = { isDone: false, tally: { accounts: 1 }, breaks: [], sums: [{ tenant: run.tenant, currency: 'EUR', postedMinor: 5, pendingMinor: 0 }] };
    expect(await store.save(run, task, result)).toMatchObject({ tally: { accounts: 1 } });
    expect(await store.save(run, task, result)).toBeUndefined();
    expect(await store.sums(run)).toEqual([{ tenant: run.tenant, currency: 'EUR', postedMinor: 5, pendingMinor: 0 }]);
  });

  it('comes to the same end, killed at any of its writes', async () => {
    const wrong = await pay();
    await world.drain();
    await setPayment(wrong, 'failed');
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; await killedAt(at, when); at += 1);
    }
  }, 120_000);

  it('goes on from where its time ended', async () => {
    for (let index = 0; index < 5; index += 1) await pay();
    await world.drain();
    const id = await begin();
    // Every page takes so long that there is time for one only.
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation !== 'Query' && operation !== 'Scan') return proceed();
      world.now += 5_000;
      return proceed(operation === 'Scan' ? { ...(input as Members), Limit: 2 } : input);
    };
    let ticks = 0;
    while (!(await isFinished(id)) && ticks < 200) {
      await world.reconcile(60_000);
      ticks += 1;
    }
    expect(ticks).toBeGreaterThan(5);
    const { run, breaks } = await told(id);
    expect(run).toMatchObject({ status: 'finished', compared: { accounts: 3, payments: 5, transfers: 6 } });
    expect(breaks).toEqual([]);
  });

  it('tells each break once, as an event', async () => {
    const wrong = await pay();
    await world.drain();
    await setPayment(wrong, 'failed');
    const id = await begin();
    await world.reconcile();
    await world.reconcile();
    await world.drain();
    const events = world.aws.published.map(({ event }) => event.detail as Members).filter(({ type }) => type === 'ReconciliationBreakFound');
    expect(events).toEqual([expect.objectContaining({ data: expect.objectContaining({ reconciliationId: id, kind: 'transfer_unexpected', paymentId: wrong, brokenTenant: 'tenant01', nextStep: expect.any(String) }) })]);
  });

  it('tells of so many, and keeps them all', async () => {
    const ids = await Promise.all(Array.from({ length: MAX_TOLD + 10 }, pay));
    await world.drain();
    for (const id of ids) await setPayment(id, 'failed');
    const id = await begin();
    await world.reconcile();
    await world.drain();
    expect((await told(id)).breaks.map(({ kind }) => kind)).toEqual(ids.map(() => 'transfer_unexpected'));
    const events = world.aws.published.filter(({ event }) => (event.detail as Members)['type'] === 'ReconciliationBreakFound');
    expect(events.length).toBeGreaterThanOrEqual(MAX_TOLD);
    // The parts of a run that find one at the same time know nothing of each other.
    expect(events.length).toBeLessThan(MAX_TOLD + SEGMENTS);
  });

  it('of one account or payment looks at nothing else', async () => {
    const [wrong, right] = [await pay(), await pay()];
    await world.drain();
    await setPayment(wrong, 'failed');
    for (const [body, count] of [[{ paymentId: wrong }, 1], [{ paymentId: right }, 0], [{ accountId: payer }, 0]] as const) {
      const id = await begin(body, 'tenant01');
      await world.reconcile();
      expect((await told(id, 'tenant01')).breaks).toHaveLength(count);
    }
  });

  it('shows none of another tenant', async () => {
    const wrong = await pay();
    await world.drain();
    await setPayment(wrong, 'failed');
    const [ours, theirs] = [await begin({}, 'tenant01'), await begin({}, 'tenant02')];
    await world.reconcile();
    expect((await told(ours, 'tenant01')).breaks).toHaveLength(1);
    expect(await told(theirs, 'tenant02')).toMatchObject({ run: { compared: { accounts: 0, payments: 0 } }, breaks: [] });
    expect((await told(ours, 'tenant02')).status).toBe(404);
  });

  it('begins once in each period, and never when there is none', async () => {
    const store = dynamoDbReconciliationStore(tableNameOf('operations'));
    await startWhenDue(store, 0);
    expect(await store.open()).toEqual([]);
    for (let day = 1; day <= 2; day += 1) {
      for (let call = 0; call < 3; call += 1) await startWhenDue(store, 24);
      expect(await store.open()).toHaveLength(1);
      await world.reconcile();
      await startWhenDue(store, 24);
      expect(await store.open()).toEqual([]);
      expect((await store.list(PLATFORM_TENANT, { limit: 10 })).items).toHaveLength(day);
      world.now += 86_400_000;
    }
  });

  it('is put off while the one of the period before is open, and begins when that has finished', async () => {
    const store = dynamoDbReconciliationStore(tableNameOf('operations'));
    await startWhenDue(store, 24);
    const [first] = await store.open();
    world.now += 86_400_000;
    for (let call = 0; call < 3; call += 1) await startWhenDue(store, 24);
    expect(await store.open()).toEqual([first]);
    await world.reconcile();
    await startWhenDue(store, 24);
    const open = await store.open();
    expect(open).toHaveLength(1);
    expect(open[0]?.id).not.toBe(first?.id);
  });

  it('is put off, and not lost, when the database is away', async () => {
    const id = await begin();
    world.aws.intercept = () => {
      throw throttled('DynamoDB');
    };
    await expect(world.reconcile()).rejects.toThrow();
    world.aws.intercept = (_call, proceed) => proceed();
    await world.reconcile();
    expect(await isFinished(id)).toBe(true);
  });
});
