import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../lambdas/shared/contract/routes.ts';
import { isAccountId, isTenantId } from '../../lambdas/shared/ids/ids.ts';
import { TENANT } from '../../test/support/api-event.ts';
import { itemSizeBytes } from '../../test/support/aws/dynamodb/item-size.ts';
import { tableNameOf } from '../../test/support/tables.ts';
import { openWorld } from '../../test/support/world.ts';
import { putAll } from '../earlier/put-all.ts';
import { settledPayment } from '../earlier/settled-payment.ts';
import { keepingLogsBack } from './log-volume.ts';
import { Meter } from './meter.ts';
import type { LogVolume } from './log-volume.ts';
import type { Units } from './meter.ts';
import type { World } from '../../test/support/world.ts';

export interface Course {
  readonly payments: number;
  /** alone: each payment ends before the next begins, so nothing shares a batch; together: all are accepted first. */
  readonly arrival: 'alone' | 'together';
  /** The caller's own name for each payment. */
  readonly reference: string;
  /** Where each payment's final event is sent to; none without it. */
  readonly webhookUrl?: string;
  /** Payments of the same two accounts that the tables have already. @default none */
  readonly earlier?: number;
  /**
   * refunds: in full, of payments that have ended before, with the same arrival.
   * @default payments
   */
  readonly counted?: 'payments' | 'refunds';
}

/** What AWS is asked for, per payment or refund. */
export interface PaymentCounts {
  /** By table, and by `table/index` for its indexes. */
  readonly units: Readonly<Record<string, Units>>;
  /** Runs of each function, by the name of its handler file. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Calls by handlers, as `SQS.SendMessage`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly events: number;
  readonly eventBytes: number;
  /** By queue. */
  readonly messages: Readonly<Record<string, number>>;
  /** What handlers log; nothing where the log level is SILENT. */
  readonly logs: LogVolume;
  /** What is still in each service's table a minute later, as DynamoDB sizes items, without indexes. */
  readonly storedBytes: Readonly<Record<string, number>>;
}

const storing = ['payments', 'fraud', 'ledger', 'notifications'] as const;

const accountsOf = async (world: World, { webhookUrl }: Course): Promise<{ payer: string; payee: string }> => {
  const open = async (type: string): Promise<string> => String((await world.call(routes.openAccount, { body: { type, currency: 'EUR' }, key: type })).body['id']);
  const [payer, payee] = [await open('customer'), await open('merchant')];
  await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 1_000_000, currency: 'EUR' } }, key: 'deposit' });
  if (webhookUrl !== undefined) {
    const answer = await world.call(routes.createWebhookEndpoint, { body: { url: webhookUrl, eventTypes: ['PaymentSucceeded'] }, key: 'endpoint' });
    if (answer.status !== 201) throw new Error(`The webhook endpoint was refused: ${answer.text}`);
  }
  await world.drain();
  return { payer, payee };
};

const PREFILLED_AT_ONCE = 5_000;

/** Puts payments of earlier times into the tables of payments and ledger; nobody is told of them. */
const prefill = async (world: World, count: number, { payer, payee }: { payer: string; payee: string }): Promise<void> => {
  const tenant: string = TENANT;
  if (!isAccountId(payer) || !isAccountId(payee) || !isTenantId(tenant)) throw new Error('These are no ids of ours.');
  for (let done = 0; done < count; done += PREFILLED_AT_ONCE) {
    const settled = Array.from({ length: Math.min(PREFILLED_AT_ONCE, count - done) }, (_, index) =>
      settledPayment({ tenant, payer, payee }, String(done + index), 100, world.now - count + done + index));
    await putAll(dynamoDb(), tableNameOf('payments'), settled.map(({ payment }) => payment));
    await putAll(dynamoDb(), tableNameOf('ledger'), settled.map(({ transferred }) => transferred));
    world.loseRecords();
    world.aws.calls.length = 0;
  }
};

/** Makes the payments, lets each end, and gives their ids. */
const makePayments = async (world: World, { payments, arrival, reference }: Course, accounts: { payer: string; payee: string }): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < payments; index += 1) {
    const body = { payerAccountId: accounts.payer, payeeAccountId: accounts.payee, amount: { value: 4_250, currency: 'EUR' }, reference };
    ids.push(String((await world.call(routes.createPayment, { body, key: `payment-${index}` })).body['id']));
    if (arrival === 'alone') await world.drain();
  }
  await world.drain();
  return ids;
};

/** Refunds the payments in full, and lets each refund end. */
const makeRefunds = async (world: World, { arrival }: Course, payments: readonly string[]): Promise<void> => {
  const ids: string[] = [];
  for (const paymentId of payments) {
    ids.push(String((await world.call(routes.createRefund, { body: { paymentId }, key: `refund-${paymentId}` })).body['id']));
    if (arrival === 'alone') await world.drain();
  }
  await world.drain();
  for (const id of ids) {
    const { body } = await world.call(routes.getRefund, { path: { id } });
    if (body['status'] !== 'succeeded') throw new Error(`A refund of the course is ${String(body['status'])}: what it cost is not the cost of a refund.`);
  }
};

/** Throws when a payment took another course than the one that is counted. */
const requireSucceeded = async (world: World, ids: readonly string[]): Promise<void> => {
  for (const id of ids) {
    const { body } = await world.call(routes.getPayment, { path: { id } });
    if (body['status'] !== 'succeeded') throw new Error(`A payment of the course is ${String(body['status'])}: what it cost is not the cost of an automatic payment.`);
  }
};

const storedBytes = async (world: World): Promise<Record<string, number>> => {
  const client = new DynamoDBClient({ requestHandler: world.aws.requestHandler, maxAttempts: 1 });
  const bytes: Record<string, number> = {};
  for (const service of storing) {
    bytes[service] = 0;
    for await (const { Items = [] } of paginateScan({ client }, { TableName: tableNameOf(service) })) {
      for (const item of Items) bytes[service] += itemSizeBytes(item);
    }
  }
  return bytes;
};

const perPayment = (counts: ReadonlyMap<string, number>, payments: number): Record<string, number> =>
  Object.fromEntries([...counts].map(([name, count]) => [name, count / payments]));

const since = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> =>
  new Map([...after].map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)]).filter(([, count]) => count > 0));

/** Payments in a fresh world, counted between the moment when the accounts are ready and the end of the last one. */
const countPayments = async (world: World, course: Course, written: () => LogVolume): Promise<PaymentCounts> => {
  const { payments } = course;
  const accounts = await accountsOf(world, course);
  await prefill(world, course.earlier ?? 0, accounts);
  const refunded = course.counted === 'refunds' ? await makePayments(world, course, accounts) : undefined;
  const [storedBefore, invokedBefore, logsBefore] = [await storedBytes(world), new Map(world.invocations), written()];
  const meter = new Meter();
  world.aws.intercept = meter.intercept;
  const ids = refunded ?? (await makePayments(world, course, accounts));
  if (refunded !== undefined) await makeRefunds(world, course, refunded);
  world.aws.intercept = (_call, proceed) => proceed();
  const [invoked, logs] = [since(invokedBefore, world.invocations), written()];
  await requireSucceeded(world, ids);
  if (meter.refused > 0) throw new Error(`AWS refused ${meter.refused} calls of a course that nothing disturbs.`);
  const stored = await storedBytes(world);
  return {
    units: Object.fromEntries([...meter.units].map(([name, { read, write }]) => [name, { read: read / payments, write: write / payments }])),
    invocations: perPayment(invoked, payments),
    calls: perPayment(meter.calls, payments),
    events: meter.eventBytes.length / payments,
    eventBytes: meter.eventBytes.reduce((sum, bytes) => sum + bytes, 0) / payments,
    messages: perPayment(since(new Map(), meter.messages), payments),
    logs: { lines: (logs.lines - logsBefore.lines) / payments, bytes: (logs.bytes - logsBefore.bytes) / payments },
    storedBytes: Object.fromEntries(Object.entries(stored).map(([table, bytes]) => [table, (bytes - (storedBefore[table] ?? 0)) / payments])),
  };
};

/** The unmodified handlers make automatic payments on an AWS in memory, and every call below the SDK is counted. */
export const runCourse = (course: Course): Promise<PaymentCounts> =>
  keepingLogsBack(async (written) => {
    const world = await openWorld();
    try {
      return await countPayments(world, course, written);
    } finally {
      world.close();
    }
  });

export const writeUnitsOf = ({ units }: PaymentCounts): number => Object.values(units).reduce((sum, { write }) => sum + write, 0);
export const readUnitsOf = ({ units }: PaymentCounts): number => Object.values(units).reduce((sum, { read }) => sum + read, 0);
