import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { transact } from '../shared/aws/transact.ts';
import { clock } from '../shared/time/clock.ts';
import {
  BREAK, breakItem, breakOf, lockedBy, lockItem, lockKey, openKey, openPartition, runItem, runKey, runListKey, runOf, runPartition, runsPartition, SUM, sumKey, sumOf, TASK, taskItem, taskOf,
} from './reconciliation-run-items.ts';
import { addTally, noTally, phases, tasksOf } from './reconciliation.ts';
import type { PageRequest } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Begun, ReconciliationStore, StepResult } from './reconciliation-store.ts';
import type { Run, Task } from './reconciliation.ts';

type Item = Readonly<Record<string, unknown>>;

/** An outage can put every payment that waits past its deadline: a message for each would bury the one that says why. */
export const MAX_TOLD = 20;

/**
 * Access patterns (operations table):
 * - a run with its tasks, sums and breaks: `<tenant>#RECON#<run>` by RUN, `TASK#<phase>#<part>`, `SUM#<tenant>#<currency>`, `BREAK#<id>`
 * - a tenant's runs, newest first: `<tenant>#RECONS` by `<at>#<run>`; runs are some a day, so one partition takes them
 * - runs that are not finished: `platform#OPEN_RECONS` by `<tenant>#<run>`
 * - a tenant's run of all books that is not finished: `<tenant>#RECON_LOCK` by ALL, put with the run and deleted with its end
 * - a step: one transaction of the task, if nobody moved it, and the sums it adds to
 */
export const dynamoDbReconciliationStore = (table: string): ReconciliationStore => {
  const find = async (tenant: TenantId, id: string): Promise<Run | undefined> => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(runKey(tenant, id)), ConsistentRead: true }));
    return Item === undefined ? undefined : runOf(unmarshall(Item));
  };
  const tasks = async ({ tenant, id }: Run): Promise<Task[]> => inOrder((await allBehind(table, runPartition(tenant, id), TASK)).map(taskOf));

  return {
    find,
    tasks,

    create: (run, fingerprint) => create(table, run, fingerprint),

    list: async (tenant, page) => {
      const { items, next } = await pageOf(table, runsPartition(tenant), page);
      const runs = await readItems(table, items.map(({ sk }) => runKey(tenant, String(sk).split('#')[1] ?? '')));
      return { items: runs.map(runOf), ...(next === undefined ? {} : { next }) };
    },

    open: async () => {
      const keys = (await allBehind(table, openPartition, '')).map(({ sk }) => String(sk).split('#'));
      return (await readItems(table, keys.map(([tenant = '', id = '']) => ({ pk: `${tenant}#RECON#${id}`, sk: 'RUN' })))).map(runOf);
    },

    lease: async (run, until) => {
      const update = new UpdateItemCommand({
        TableName: table, Key: marshall(openKey(run)), UpdateExpression: 'SET leasedUntil = :until',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(leasedUntil) OR leasedUntil <= :now)',
        ExpressionAttributeValues: marshall({ ':until': until, ':now': clock.now() }),
      });
      return succeeds(() => dynamoDb().send(update));
    },

    release: async (run) => {
      const update = new UpdateItemCommand({ TableName: table, Key: marshall(openKey(run)), UpdateExpression: 'REMOVE leasedUntil', ConditionExpression: 'attribute_exists(pk)' });
      await succeeds(() => dynamoDb().send(update));
    },

    report: async (run, found) => {
      const isTold = await hasFewer(table, runPartition(run.tenant, run.id), BREAK, MAX_TOLD);
      return succeeds(() => dynamoDb().send(new PutItemCommand(putIfAbsent(table, breakItem(run, found, clock.now(), isTold)))));
    },

    save: (run, task, result) => save(table, run, task, result),

    sums: async ({ tenant, id }) => (await allBehind(table, runPartition(tenant, id), SUM)).map(sumOf),

    breaks: async (tenant, id, page) => {
      const { items, next } = await pageOf(table, runPartition(tenant, id), page, BREAK);
      return { items: items.map(breakOf), ...(next === undefined ? {} : { next }) };
    },

    finish: async (run, at) => finish(table, run, await tasks(run), at),
  };
};

const create = async (table: string, run: Run, fingerprint: Uint8Array): Promise<Begun> => {
  const lock = run.scope.kind === 'all' ? [lockItem(run)] : [];
  const puts = [runItem(run, fingerprint), runListKey(run), openKey(run), ...tasksOf(run.scope).map((task) => taskItem(run, task)), ...lock];
  const reasons = await transact(puts.map((item) => ({ Put: putIfAbsent(table, item) })));
  if (reasons === undefined) return { kind: 'begun', run };
  // The run before the lock: while it is open both are there, and it is asked for again.
  const earlier = reasons[0]?.item;
  const holder = lock.length === 0 ? undefined : reasons.at(-1)?.item;
  if (earlier === undefined && holder !== undefined) return { kind: 'busy', openId: lockedBy(holder) };
  const first: unknown = earlier?.['fingerprint'];
  if (earlier === undefined || !(first instanceof Uint8Array)) throw new Error('The items of a reconciliation are there without it.');
  return { kind: 'existing', run: runOf(earlier), fingerprint: first };
};

const save = async (table: string, run: Run, task: Task, result: StepResult): Promise<Task | undefined> => {
  const after = moved(task, result);
  const reasons = await transact([
    {
      Put: {
        TableName: table, Item: marshall(taskItem(run, after), { removeUndefinedValues: true }), ConditionExpression: 'version = :read', ExpressionAttributeValues: marshall({ ':read': task.version }),
      },
    },
    // In the write of the position, and so once: a sum that was added without it would be added again.
    ...result.sums.map((sum) => ({
      Update: {
        TableName: table, Key: marshall(sumKey(run, sum)), UpdateExpression: 'ADD postedMinor :posted, pendingMinor :pending',
        ExpressionAttributeValues: marshall({ ':posted': sum.postedMinor, ':pending': sum.pendingMinor }),
      },
    })),
  ]);
  return reasons === undefined ? after : undefined;
};

const finish = async (table: string, run: Run, tasks: readonly Task[], at: number): Promise<Run | undefined> => {
  const tally = tasks.reduce((sum, task) => addTally(sum, task.tally), noTally);
  const breakCount = await countBehind(table, runPartition(run.tenant, run.id), BREAK);
  const reasons = await transact([
    {
      Update: {
        TableName: table, Key: marshall(runKey(run.tenant, run.id)),
        UpdateExpression: 'SET #status = :finished, finishedAt = :at, tally = :tally, breakCount = :count',
        ConditionExpression: '#status = :running', ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall({ ':finished': 'finished', ':running': 'running', ':at': at, ':tally': tally, ':count': breakCount }),
      },
    },
    { Delete: { TableName: table, Key: marshall(openKey(run)) } },
    // With the end, which comes once: so the lock is this run's.
    ...(run.scope.kind === 'all' ? [{ Delete: { TableName: table, Key: marshall(lockKey(run.tenant)) } }] : []),
  ]);
  return reasons === undefined ? { ...run, status: 'finished', finishedAt: at, tally, breakCount } : undefined;
};

const moved = ({ phase, part, tally, version }: Task, result: StepResult): Task => ({
  phase, part, isDone: result.isDone, tally: addTally(tally, result.tally), version: version + 1, ...(result.position === undefined ? {} : { position: result.position }),
});

/** The phases' order is that of the domain, not of their names. */
const inOrder = (tasks: readonly Task[]): Task[] => {
  const order: readonly string[] = phases;
  return tasks.toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || a.part - b.part);
};

/** @returns false when the condition did not hold */
const succeeds = async (send: () => Promise<unknown>): Promise<boolean> => {
  try {
    await withConflictRetries(send);
    return true;
  } catch (error) {
    if (failedCondition(error) === undefined) throw error;
    return false;
  }
};

const partition = (table: string, pk: string, prefix: string) => ({
  TableName: table,
  KeyConditionExpression: prefix === '' ? 'pk = :p' : 'pk = :p AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: marshall({ ':p': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) }),
  ConsistentRead: true,
});

const allBehind = async (table: string, pk: string, prefix: string): Promise<Item[]> => {
  const items: Item[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamoDb().send(
      new QueryCommand({ ...partition(table, pk, prefix), ...(after === undefined ? {} : { ExclusiveStartKey: marshall(after) }) }),
    );
    items.push(...Items.map((item) => unmarshall(item)));
    after = LastEvaluatedKey === undefined ? undefined : unmarshall(LastEvaluatedKey);
  } while (after !== undefined);
  return items;
};

const countBehind = async (table: string, pk: string, prefix: string): Promise<number> => {
  let found = 0;
  let after: Record<string, unknown> | undefined;
  do {
    const { Count = 0, LastEvaluatedKey } = await dynamoDb().send(
      new QueryCommand({ ...partition(table, pk, prefix), Select: 'COUNT', ...(after === undefined ? {} : { ExclusiveStartKey: marshall(after) }) }),
    );
    found += Count;
    after = LastEvaluatedKey === undefined ? undefined : unmarshall(LastEvaluatedKey);
  } while (after !== undefined);
  return found;
};

const hasFewer = async (table: string, pk: string, prefix: string, most: number): Promise<boolean> => {
  const { Count = 0 } = await dynamoDb().send(new QueryCommand({ ...partition(table, pk, prefix), Select: 'COUNT', Limit: most }));
  return Count < most;
};

/** Backwards through a partition, from the position on; one item more says whether there is another page. */
const pageOf = async (table: string, pk: string, { limit, before }: PageRequest, prefix = ''): Promise<{ readonly items: readonly Item[]; readonly next?: string }> => {
  const { Items = [] } = await dynamoDb().send(
    new QueryCommand({
      ...partition(table, pk, prefix), ScanIndexForward: false, Limit: limit + 1,
      ...(before === undefined ? {} : { ExclusiveStartKey: marshall({ pk, sk: before }) }),
    }),
  );
  const found = Items.map((item) => unmarshall(item));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last !== undefined ? { next: String(last['sk']) } : {}) };
};
