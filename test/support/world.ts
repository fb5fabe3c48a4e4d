import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../../lambdas/shared/aws/sqs-client.ts';
import { useTransport } from '../../lambdas/shared/aws/transport.ts';
import { useClock } from '../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../lambdas/shared/time/timers.ts';
import { patternsFor } from '../../lib/event-subscriptions.ts';
import { stageNamed } from '../../lib/stages.ts';
import { apiContext, apiEvent, lambdaContext, parsed } from './api-event.ts';
import { InMemoryAws } from './aws/in-memory-aws.ts';
import { testDeadlines } from './deadlines.ts';
import { createTables, idempotencyTableOf, tableNameOf } from './tables.ts';
import type { QueueName } from '../../lib/event-subscriptions.ts';
import type { ParsedAnswer } from './api-event.ts';
import type { DeadLetterQueues } from '../../lambdas/shared/contract/dead-letter-queues.ts';
import type { HttpService, Route } from '../../lambdas/shared/contract/routes.ts';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context, DynamoDBBatchResponse, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** Those whose items carry events. */
const services = ['payments', 'ledger', 'fraud', 'notifications', 'operations'] as const;
type Service = (typeof services)[number];
const queues: readonly QueueName[] = ['payments', 'ledger', 'fraud', 'reviews', 'notifications', 'deliveries'];

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;
interface Handlers {
  readonly apis: Record<HttpService, Handler<APIGatewayProxyEvent, APIGatewayProxyResult>>;
  readonly relays: Record<Service, Handler<DynamoDBStreamEvent, DynamoDBBatchResponse>>;
  readonly consumers: Record<QueueName, Handler<SQSEvent, SQSBatchResponse>>;
  readonly sweepers: readonly Handler<object, void>[];
  readonly retellings: Record<Service, Handler<unknown, unknown>>;
  readonly reconciler: Handler<object, void>;
}

let traces = 0;
/** What Lambda sets for each invocation; consumers, relays and sweepers get traces of their own, as on AWS. */
const beginTrace = (): void => {
  traces += 1;
  process.env['_X_AMZN_TRACE_ID'] = `Root=1-69000000-${String(traces).padStart(24, '0')};Parent=${String(traces).padStart(16, '0')};Sampled=1`;
};

const SWEEP_MS = 60_000;
const BUS = 'bus';
const PARKING = 'parking';
const retellingOf = (service: Service): string => `${service}-retelling`;
export const deadLettersOf = (queue: QueueName): string => `${queue}-dead-letters`;
/** The dead letters of the rules that feed a queue, and of the bus. */
export const undeliveredOf = (queue: QueueName | 'bus'): string => `${queue}-undelivered`;

/** Each function reads its settings when it is loaded, so they are set for one service at a time. */
const load = async (deadLetterQueues: DeadLetterQueues): Promise<Handlers> => {
  Object.assign(process.env, {
    EVENT_BUS_NAME: BUS, PARKING_BUCKET_NAME: PARKING, RELAY_MAPPING_ID: 'set for each service', CURSOR_KEY_ID: 'cursors', SECRETS_KEY_ID: 'secrets', ALLOW_LOOPBACK_WEBHOOKS: 'true',
    PAYMENT_DEADLINES: JSON.stringify(testDeadlines), WEBHOOK_SCHEDULE: JSON.stringify(stageNamed('prod').webhookSchedule),
    FRAUD_LIMITS: JSON.stringify(stageNamed('dev').fraudLimits), QUEUE_URL: 'set for each call', POSTING_GROUP_SIZE: '49', RECONCILE_EVERY_HOURS: '0',
    RETELLING_FUNCTION_NAMES: JSON.stringify(Object.fromEntries(services.map((service) => [service, retellingOf(service)]))),
  });
  const sweepers: unknown[] = [];
  const retellings: Record<string, unknown> = {};
  const parts: (readonly [name: string, api: unknown, relay: unknown, consumer: unknown])[] = [];
  Object.assign(process.env, {
    PAYMENTS_TABLE_NAME: tableNameOf('payments'), FRAUD_TABLE_NAME: tableNameOf('fraud'),
    LEDGER_TABLE_NAME: tableNameOf('ledger'), NOTIFICATIONS_TABLE_NAME: tableNameOf('notifications'), DEAD_LETTER_QUEUES: JSON.stringify(deadLetterQueues),
  });
  let reconciler: unknown;
  for (const service of services) {
    Object.assign(process.env, { TABLE_NAME: tableNameOf(service), IDEMPOTENCY_TABLE_NAME: idempotencyTableOf(service), RELAY_MAPPING_ID: `${service}-mapping` });
    const part = async (name: string): Promise<unknown> => ((await import(`../../lambdas/${service}/${name}.handler.ts`)) as { handler: unknown }).handler;
    parts.push([service, await part(`${service}-api`), await part(`${service}-relay`), service === 'operations' ? undefined : await part(`${service}-consumer`)] as const);
    retellings[service] = await part(`${service}-retelling`);
    if (service !== 'ledger' && service !== 'operations') sweepers.push(await part(`${service}-sweeper`));
    if (service === 'fraud') parts.push(['reviews', undefined, undefined, await part('reviews-consumer')] as const);
    if (service === 'operations') reconciler = await part('operations-reconciler');
    if (service === 'notifications') parts.push(['deliveries', undefined, undefined, await part('delivery')] as const);
  }
  const column = (index: 1 | 2 | 3): object => Object.fromEntries(parts.filter((row) => row[index] !== undefined).map((row) => [row[0], row[index]]));
  return { apis: column(1), relays: column(2), consumers: column(3), sweepers, retellings, reconciler } as Handlers;
};

export interface World {
  readonly aws: InMemoryAws;
  now: number;
  /** How often each function has run, by the name of its handler file (`payments-api`); of sweepers nothing. */
  readonly invocations: ReadonlyMap<string, number>;
  call(route: Route, options?: Parameters<typeof apiEvent>[1]): Promise<ParsedAnswer>;
  /** Puts a message into a queue, as a redrive does. */
  send(queue: QueueName, body: string): Promise<void>;
  /** Queues whose consumer is switched off: what is in them waits, and `drain` does not wait for it. */
  readonly stopped: Set<QueueName>;
  /** Lets streams, bus and queues work until nothing is left, moving the clock over back-offs. */
  drain(): Promise<void>;
  /** Lets time pass, with the schedules' sweeps every minute; what is on its way is delivered. */
  runFor(milliseconds: number): Promise<void>;
  /** A tick of the reconciler, as the clock sends it every minute. */
  reconcile(remainingMs?: number): Promise<void>;
  /** Lets the streams forget what no relay has read yet, as after 24 hours with the relays off; of all services, or of one. */
  loseRecords(of?: Service): void;
  close(): void;
}

/** The unmodified handlers of all services, wired by the product's own subscriptions, on an AWS in memory. */
export const openWorld = async (): Promise<World> => {
  let now = Date.UTC(2026, 0, 5, 10);
  const aws = new InMemoryAws({ now: () => now });
  for (const service of services) createTables(aws, service);
  aws.createBus(BUS);
  aws.createBucket(PARKING);
  aws.createKey({ id: 'cursors', usage: 'GENERATE_VERIFY_MAC' });
  aws.createKey({ id: 'secrets' });
  const urls = Object.fromEntries(queues.map((queue) => [queue, createQueue(aws, queue)]));
  const deadLetterQueues = createDeadLetterQueues(aws);
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
  useTimers({ sleep: async (milliseconds) => void (now += milliseconds) });
  const handlers = await load(deadLetterQueues);
  for (const service of services) aws.createFunction(retellingOf(service), (payload) => handlers.retellings[service](payload, lambdaContext(60_000)));
  const offsets = new Map<Service, number>();
  const stopped = new Set<QueueName>();
  const invocations = new Map<string, number>();
  const invoked = (name: string): void => void invocations.set(name, (invocations.get(name) ?? 0) + 1);

  /** @returns whether it got on; what it could not publish stays in the stream */
  const relayOnce = async (service: Service): Promise<boolean> => {
    const since = offsets.get(service) ?? 0;
    const Records = aws.stream(tableNameOf(service), since, 10);
    if (Records.length === 0) return false;
    beginTrace();
    invoked(`${service}-relay`);
    const answer = await handlers.relays[service]({ Records }, lambdaContext()).catch(() => undefined);
    const failed = answer?.batchItemFailures[0]?.itemIdentifier;
    const done = answer === undefined ? 0 : failed === undefined ? Records.length : Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed);
    offsets.set(service, since + done);
    return done > 0;
  };

  const consumeOnce = async (queue: QueueName): Promise<boolean> => {
    if (stopped.has(queue)) return false;
    const QueueUrl = urls[queue] ?? '';
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }));
    if (Messages.length === 0) return false;
    process.env['QUEUE_URL'] = QueueUrl;
    beginTrace();
    invoked(queue === 'deliveries' ? 'delivery' : `${queue}-consumer`);
    const Records = Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }) => ({ messageId: MessageId, body: Body, receiptHandle: ReceiptHandle, attributes: Attributes }));
    const answer = await handlers.consumers[queue]({ Records } as unknown as SQSEvent, lambdaContext()).catch(() => undefined);
    const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) ?? Records.map(({ messageId }) => messageId));
    for (const { messageId, receiptHandle } of Records) if (!failed.has(messageId)) await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
    return true;
  };

  const waiting = (): boolean =>
    queues.some((queue) => !stopped.has(queue) && aws.messages(queue).length > 0) ||
    services.some((service) => aws.streamLength(tableNameOf(service)) > (offsets.get(service) ?? 0));

  return {
    aws,
    stopped,
    get now() {
      return now;
    },
    set now(value) {
      now = value;
    },
    invocations,
    call: async (route, options) => {
      beginTrace();
      invoked(`${route.service}-api`);
      return parsed(await handlers.apis[route.service](apiEvent(route, options), apiContext(options)));
    },
    send: async (queue, body) => {
      await sqs().send(new SendMessageCommand({ QueueUrl: urls[queue] ?? '', MessageBody: body }));
    },
    drain: async () => {
      for (let round = 0; round < 2_000; round += 1) {
        let worked = false;
        for (const service of services) worked = (await relayOnce(service)) || worked;
        for (const queue of queues) worked = (await consumeOnce(queue)) || worked;
        if (!worked && !waiting()) return;
        if (!worked) now += 1_000;
      }
      throw new Error('The world does not come to rest.');
    },
    runFor: async (milliseconds) => {
      const until = now + milliseconds;
      while (now < until) {
        beginTrace();
        // One that fails is started again a minute later, as the schedule does.
        await Promise.allSettled([...handlers.sweepers.map((sweep) => sweep({}, lambdaContext())), handlers.reconciler({}, lambdaContext(300_000))]);
        for (const service of services) while (await relayOnce(service));
        for (const queue of queues) while (await consumeOnce(queue));
        now += Math.min(SWEEP_MS, until - now);
      }
    },
    reconcile: (remainingMs = 300_000) => handlers.reconciler({}, lambdaContext(remainingMs)),
    loseRecords: (of) => {
      for (const service of of === undefined ? services : [of]) offsets.set(service, aws.streamLength(tableNameOf(service)));
    },
    close: () => {
      useTransport(undefined);
      useClock(undefined);
      useTimers(undefined);
      delete process.env['_X_AMZN_TRACE_ID'];
    },
  };
};

const createDeadLetterQueues = (aws: InMemoryAws): DeadLetterQueues => ({
  queues: Object.fromEntries(queues.map((name) => {
    aws.createQueue({ name: undeliveredOf(name) });
    return [name, { queue: name, dead: deadLettersOf(name), undelivered: undeliveredOf(name) }];
  })),
  bus: aws.createQueue({ name: undeliveredOf('bus') }),
});

const createQueue = (aws: InMemoryAws, queue: QueueName): string => {
  aws.createQueue({ name: deadLettersOf(queue) });
  const url = aws.createQueue({ name: queue, visibilityTimeoutSeconds: 60, redrive: { deadLetterQueue: deadLettersOf(queue), maxReceiveCount: 20 } });
  for (const pattern of Object.values(patternsFor(queue))) {
    // CDK's pattern and the one on the wire differ in one name.
    const { detailType, ...rest } = pattern;
    aws.addRule({ bus: BUS, queue, pattern: { ...rest, ...(detailType === undefined ? {} : { 'detail-type': detailType }) } });
  }
  return url;
};
