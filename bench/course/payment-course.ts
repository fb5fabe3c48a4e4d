import { routes } from '../../lambdas/shared/contract/routes.ts';
import { isAccountId, isTenantId } from '../../lambdas/shared/ids/ids.ts';
import { TENANT } from '../../test/support/api-event.ts';
import { itemSizeBytes } from '../../test/support/aws/dynamodb/item-size.ts';
import { tableNameOf } from '../../test/support/tables.ts';
import { openWorld } from '../../test/support/world.ts';
import { leftEverywhere } from '../earlier/left-everywhere.ts';
import { restoreAll } from '../earlier/restore-all.ts';
import { letOthersThrough } from '../let-others-through.ts';
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
  /** Payments of the same accounts that the tables have already. @default none */
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

/** So few for one payer that no velocity limit is reached and the deposit lasts. */
const PAYMENTS_OF_A_PAYER = 100;

interface Parties {
  readonly payers: readonly string[];
  readonly payee: string;
}

const accountsOf = async (world: World, { payments, webhookUrl }: Course): Promise<Parties> => {
  const open = async (type: string, key = type): Promise<string> => String((await world.call(routes.openAccount, { body: { type, currency: 'EUR' }, key })).body['id']);
  const payee = await open('merchant');
  const payers: string[] = [];
  for (let index = 0; index * PAYMENTS_OF_A_PAYER < payments; index += 1) {
    const payer = await open('customer', `customer-${index}`);
    await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 1_000_000, currency: 'EUR' } }, key: `deposit-${index}` });
    payers.push(payer);
  }
  if (webhookUrl !== undefined) {
    const answer = await world.call(routes.createWebhookEndpoint, { body: { url: webhookUrl, eventTypes: ['PaymentSucceeded'] }, key: 'endpoint' });
    if (answer.status !== 201) throw new Error(`The webhook endpoint was refused: ${answer.text}`);
  }
  await world.drain();
  return { payers, payee };
};

/** The account of whose turn it is. */
const payerOf = ({ payers }: Parties, index: number): string => payers[index % payers.length] ?? '';

const RESTORED_AT_ONCE = 1_000;
/** From one earlier payment to the next: 200,000 take 28 days, within which the log shows them and fraud keeps its counters. */
const BETWEEN_MS = 12_000;
const DAY_MS = 86_400_000;

/** Fills the tables of all services with what payments of earlier times have left, the last of them a day old; nobody is told of them. */
const prefill = async ({ aws, now }: World, count: number, parties: Parties): Promise<void> => {
  const [tenant, { payee }]: [string, Parties] = [TENANT, parties];
  for (let done = 0; done < count; done += RESTORED_AT_ONCE) {
    const left = Array.from({ length: Math.min(RESTORED_AT_ONCE, count - done) }, (_, offset) => {
      const [index, payer] = [done + offset, payerOf(parties, done + offset)];
      if (!isAccountId(payer) || !isAccountId(payee) || !isTenantId(tenant)) throw new Error('These are no ids of ours.');
      return leftEverywhere({ tenant, payer, payee }, String(index), 100, now - DAY_MS - (count - index) * BETWEEN_MS);
    });
    for (const items of left) for (const [table, its] of Object.entries(items)) restoreAll(aws, table, its);
    await letOthersThrough();
  }
};

/** Makes the payments, lets each end, and gives their ids. */
const makePayments = async (world: World, { payments, arrival, reference }: Course, parties: Parties): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < payments; index += 1) {
    const body = { payerAccountId: payerOf(parties, index), payeeAccountId: parties.payee, amount: { value: 4_250, currency: 'EUR' }, reference };
    ids.push(String((await world.call(routes.createPayment, { body, key: `payment-${index}` })).body['id']));
    if (arrival === 'alone') await world.drain();
    await letOthersThrough();
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

const storedBytes = ({ aws }: World): Record<string, number> => Object.fromEntries(storing.map((service) =>
  [service, aws.table(tableNameOf(service)).items.all().reduce((bytes, item) => bytes + itemSizeBytes(item), 0)]));

const perPayment = (counts: ReadonlyMap<string, number>, payments: number): Record<string, number> =>
  Object.fromEntries([...counts].map(([name, count]) => [name, count / payments]));

const since = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> =>
  new Map([...after].map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)]).filter(([, count]) => count > 0));

/** Payments in a fresh world, counted between the moment when the accounts are ready and the end of the last one. */
const countPayments = async (world: World, course: Course, written: () => LogVolume): Promise<PaymentCounts> => {
  const { payments } = course;
  const parties = await accountsOf(world, course);
  await prefill(world, course.earlier ?? 0, parties);
  const refunded = course.counted === 'refunds' ? await makePayments(world, course, parties) : undefined;
  const [storedBefore, invokedBefore, logsBefore] = [storedBytes(world), new Map(world.invocations), written()];
  const meter = new Meter();
  world.aws.intercept = meter.intercept;
  const ids = refunded ?? (await makePayments(world, course, parties));
  if (refunded !== undefined) await makeRefunds(world, course, refunded);
  world.aws.intercept = (_call, proceed) => proceed();
  const [invoked, logs] = [since(invokedBefore, world.invocations), written()];
  await requireSucceeded(world, ids);
  if (meter.refused > 0) throw new Error(`AWS refused ${meter.refused} calls of a course that nothing disturbs.`);
  const stored = storedBytes(world);
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
