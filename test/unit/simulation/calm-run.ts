import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { logger } from '../../../lambdas/shared/observability/logger.ts';
import { deadLettersOf, openWorld, undeliveredOf } from '../../support/world.ts';
import { idempotencyTableOf, tableNameOf } from '../../support/tables.ts';
import { actorsOf } from '../../simulation/scenarios/actors.ts';
import { checkAfterWrite } from '../../simulation/invariants/after-write.ts';
import { RECEIVERS } from '../../simulation/scenarios/town.ts';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { AnswerRecord, Caller, ConsumedRecord, Observation, Plan, PublishedRecord, StoredItem, Violation, WebhookRecord, WriteRecord } from '../../simulation/contract.ts';
import type { World } from '../../support/world.ts';

const services = ['payments', 'ledger', 'fraud', 'notifications', 'operations'] as const;
const queues: readonly QueueName[] = ['payments', 'ledger', 'fraud', 'reviews', 'notifications', 'deliveries'];

/** Who sleeps until when; the world's clock moves when nobody is awake. */
interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

const scan = async (table: string): Promise<StoredItem[]> => {
  const items: StoredItem[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await dynamoDb().send(new ScanCommand({ TableName: table, ConsistentRead: true, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }));
    items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
  return items;
};

/** Answers every webhook with 200. */
const receiver = async (world: World, received: WebhookRecord[]): Promise<Server> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ at: world.now, url: request.url ?? '', headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString(), answered: 200 });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** Notes what consumers acknowledge: what SQS gave out and was told to delete; and whether each write leaves the books whole. */
const watch = (world: World, consumed: ConsumedRecord[], afterWrites: Violation[]): void => {
  const out = new Map<string, string>();
  world.aws.intercept = (call, proceed) => {
    const ledger = tableNameOf('ledger');
    const before = world.aws.stream(ledger).length;
    const answer = proceed();
    const broken = checkAfterWrite(world.aws.stream(ledger, before));
    if (broken !== undefined) afterWrites.push(broken);
    const queue = queues.find((one) => String((call.input as { QueueUrl?: string }).QueueUrl).endsWith(`/${one}`));
    if (queue !== undefined && call.operation === 'ReceiveMessage') {
      for (const { ReceiptHandle = '', Body = '' } of (answer as { Messages?: { ReceiptHandle?: string; Body?: string }[] }).Messages ?? []) out.set(ReceiptHandle, Body);
    }
    const body = call.operation === 'DeleteMessage' ? out.get((call.input as { ReceiptHandle: string }).ReceiptHandle) : undefined;
    if (queue !== undefined && body !== undefined) consumed.push({ at: world.now, queue, body });
    return answer;
  };
};

const noteLogs = (lines: string[]): (() => void) => {
  const note = (...texts: readonly unknown[]): void => void lines.push(texts.map(String).join(' '));
  const kept = { info: console.info, warn: console.warn, error: console.error, log: console.log, debug: console.debug };
  Object.assign(console, { info: note, warn: note, error: note, log: note, debug: note });
  return () => void Object.assign(console, kept);
};

const saidIn = (world: World): string[] => world.aws.published.map(({ event }) => JSON.stringify(event.detail));

const writesIn = (world: World, at: number): WriteRecord[] =>
  services.flatMap((service) => world.aws.stream(tableNameOf(service)).map(({ dynamodb }) => ({ at, service, pk: dynamodb?.Keys?.['pk']?.S ?? '', sk: dynamodb?.Keys?.['sk']?.S ?? '' })));

const callerIn = (world: World, actor: string, sleepers: Set<Sleeper>, notes: { readonly answers: AnswerRecord[]; readonly forgottenAt: number[]; readonly calls: { open: number } }): Caller => {
  let seed = Buffer.from(actor).reduce((sum, byte) => (sum * 31 + byte) % 2_147_483_647, 7);
  return {
    actor,
    now: () => world.now,
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
    sleep: (milliseconds) => new Promise((resolve) => {
      const wake = (): void => {
        sleepers.delete(sleeper);
        resolve();
      };
      const sleeper: Sleeper = { until: world.now + milliseconds, wake };
      sleepers.add(sleeper);
    }),
    call: async (route, call) => {
      const sentAt = world.now;
      notes.calls.open += 1;
      const answer = await world.call(route, call);
      notes.calls.open -= 1;
      notes.answers.push({ actor, route, call, sentAt, endedAt: world.now, answer, lost: false, disturbed: false });
      return answer;
    },
    send: (queue, body) => world.send(queue, body),
    redrive: async () => undefined,
    purge: async () => undefined,
    hurry: async () => undefined,
    stray: async () => undefined,
    forgetAnswers: async () => void notes.forgottenAt.push(world.now),
    published: (eventId) => saidIn(world).findLast((detail) => (JSON.parse(detail) as { readonly id: string }).id === eventId),
  };
};

/** Lets actors go on one after the other, and everything that follows from what they did, until all are done. */
const untilDone = async (world: World, sleepers: Set<Sleeper>, calls: { readonly open: number }, done: Promise<unknown>): Promise<void> => {
  const state = { isDone: false };
  void done.then(() => (state.isDone = true));
  for (;;) {
    do await setImmediate(); while (calls.open > 0);
    await setImmediate();
    if (state.isDone) return;
    await world.drain();
    const next = Math.min(...[...sleepers].map(({ until }) => until));
    if (next > world.now) await world.runFor(next - world.now);
    for (const sleeper of [...sleepers]) if (sleeper.until <= world.now) sleeper.wake();
  }
};

const observed = async (world: World, plan: Plan, startedAt: number, rest: Pick<Observation, 'answers' | 'consumed' | 'webhooks' | 'logs' | 'forgottenAt'>): Promise<Observation> => {
  const tables: Partial<Record<ServiceName, readonly StoredItem[]>> = { identity: [] };
  for (const service of services) tables[service] = await scan(tableNameOf(service));
  const deadLetters = queues.flatMap((queue) => [
    ...world.aws.messages(deadLettersOf(queue)).map(({ body }) => ({ source: `consumer:${queue}` as const, body })),
    ...world.aws.messages(undeliveredOf(queue)).map(({ body }) => ({ source: `route:${queue}` as const, body })),
  ]);
  const published: PublishedRecord[] = saidIn(world).map((detail) => ({ at: startedAt, detail }));
  return {
    startedAt, endedAt: world.now, plan, environment: {}, tables: tables as Observation['tables'], idempotency: (await Promise.all(services.map((service) => scan(idempotencyTableOf(service))))).flat(),
    published, purged: [], strays: [], writes: writesIn(world, startedAt), deadLetters, gaveUp: deadLetters, parked: [...world.aws.objects('parking').values()].map(String), ...rest,
  };
};

/** A plan without any fault or outage, on all handlers in memory. */
export const calmRun = async (given: Plan): Promise<{ readonly observation: Observation; readonly afterWrites: readonly Violation[] }> => {
  const world = await openWorld();
  const afterWrites: Violation[] = [];
  const [answers, consumed, webhooks, logs, forgottenAt]: [AnswerRecord[], ConsumedRecord[], WebhookRecord[], string[], number[]] = [[], [], [], [], []];
  const server = await receiver(world, webhooks);
  const restoreLogs = noteLogs(logs);
  const level = logger.getLevelName();
  try {
    logger.setLogLevel('INFO');
    watch(world, consumed, afterWrites);
    const plan = JSON.parse(JSON.stringify(given).replaceAll(RECEIVERS, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)) as Plan;
    const startedAt = world.now;
    const sleepers = new Set<Sleeper>();
    const calls = { open: 0 };
    const actors = actorsOf(plan).map(({ name, run }) => run(callerIn(world, name, sleepers, { answers, forgottenAt, calls }), startedAt));
    await untilDone(world, sleepers, calls, Promise.all(actors));
    await world.drain();
    await world.runFor(10 * 60_000);
    await world.drain();
    return { observation: await observed(world, plan, startedAt, { answers, consumed, webhooks, logs, forgottenAt }), afterWrites };
  } finally {
    logger.setLogLevel(level);
    restoreLogs();
    server.close();
    world.close();
  }
};
