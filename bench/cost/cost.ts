import { readUnitsOf, writeUnitsOf } from '../course/payment-course.ts';
import { assumptions, priceTable } from './prices.ts';
import type { PaymentCounts } from '../course/payment-course.ts';
import type { LogVolume } from '../course/log-volume.ts';

export interface CostLine {
  readonly service: string;
  readonly what: string;
  /** Per payment. */
  readonly quantity: number;
  readonly usdPerMillionPayments: number;
}

export interface Cost {
  readonly usdPerMillionPayments: number;
  readonly byService: Readonly<Record<string, number>>;
  readonly lines: readonly CostLine[];
}

const GB = 1024 ** 3;
const CHUNK_BYTES = 64 * 1024;
const { usd } = priceTable;

type FunctionKind = keyof typeof assumptions.billedMsPerRun;

const kindOf = (name: string): FunctionKind => (['api', 'consumer', 'relay'] as const).find((suffix) => name.endsWith(`-${suffix}`)) ?? 'delivery';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const callsOf = (service: string, { calls }: PaymentCounts): number =>
  sum(Object.entries(calls).filter(([name]) => name.startsWith(`${service}.`)).map(([, count]) => count));

/** GB-seconds that Lambda bills per payment, cold starts spread over all runs. */
export const gbSecondsOf = ({ invocations, messages }: Pick<PaymentCounts, 'invocations' | 'messages'>): number => {
  const { billedMsPerRun, billedMsPerMessage, coldStarts, memoryGb } = assumptions;
  const running = Object.entries(invocations).map(([name, runs]) => runs * (billedMsPerRun[kindOf(name)] + coldStarts.share * coldStarts.initMs));
  const handling = Object.entries(messages).map(([queue, count]) => count * billedMsPerMessage[queue === 'deliveries' ? 'delivery' : 'consumer']);
  return ((sum(running) + sum(handling)) / 1_000) * memoryGb;
};

/**
 * Requests that SQS bills per payment: EventBridge sends each message, Lambda's poller receives and deletes once for each run of a
 * consumer, and handlers call for themselves.
 */
export const queueRequestsOf = (counts: PaymentCounts): number => {
  const runs = Object.entries(counts.invocations).filter(([name]) => ['consumer', 'delivery'].includes(kindOf(name))).map(([, count]) => count);
  return sum(Object.values(counts.messages)) + 2 * sum(runs) + callsOf('SQS', counts);
};

const logGbOf = (invocations: number, logs: LogVolume): number => {
  const { platformLogBytes, accessLogBytes, logEventOverheadBytes } = assumptions;
  return (logs.bytes + logs.lines * logEventOverheadBytes + invocations * (platformLogBytes + 3 * logEventOverheadBytes) + accessLogBytes + logEventOverheadBytes) / GB;
};

/** What a million automatic payments cost at list prices, by what they make AWS do. What a stage costs at rest is not in it. */
export const costOf = (counts: PaymentCounts): Cost => {
  const runs = sum(Object.values(counts.invocations));
  const storedGb = (sum(Object.values(counts.storedBytes)) * (1 + assumptions.itemOverheadShare)) / GB;
  const logGb = logGbOf(runs, counts.logs);
  const line = (service: string, what: string, quantity: number, price: number): CostLine =>
    ({ service, what, quantity, usdPerMillionPayments: quantity * price * 1_000_000 });
  const lines = [
    line('API Gateway', 'requests', 1, usd.apiRequest),
    line('Lambda', 'requests', runs, usd.lambdaRequest),
    line('Lambda', 'GB-seconds', gbSecondsOf(counts), usd.lambdaGbSecond),
    line('DynamoDB', 'write units', writeUnitsOf(counts), usd.writeUnit),
    line('DynamoDB', 'read units', readUnitsOf(counts), usd.readUnit),
    line('DynamoDB', 'GB stored for a month, with recovery', storedGb, usd.tableGbMonth + usd.recoveryGbMonth),
    line('EventBridge', 'events', counts.events * Math.ceil(counts.eventBytes / counts.events / CHUNK_BYTES), usd.event),
    line('EventBridge', 'GB archived', counts.eventBytes / GB, usd.archivedGb + assumptions.archiveMonths * usd.archiveGbMonth),
    line('SQS', 'requests', queueRequestsOf(counts), usd.queueRequest),
    line('KMS', 'requests of handlers', callsOf('KMS', counts), usd.keyRequest),
    line('CloudWatch', 'GB of logs, kept', logGb, usd.logGb + assumptions.logMonths * usd.logGbMonth),
    line('X-Ray', 'traces', assumptions.tracedShare, usd.trace),
  ];
  const byService: Record<string, number> = {};
  for (const { service, usdPerMillionPayments } of lines) byService[service] = (byService[service] ?? 0) + usdPerMillionPayments;
  return { usdPerMillionPayments: sum(Object.values(byService)), byService, lines };
};
