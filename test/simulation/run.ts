import { imageOf } from '../../lambdas/outbox/stream-image.ts';
import { isTooLong } from './contract.ts';
import { Faults } from './engine/faults.ts';
import { randomOf } from './engine/random.ts';
import { connectRules, publishedSince } from './world/bus.ts';
import { interceptFor } from './world/calls.ts';
import { callerOf } from './world/gateway.ts';
import { Invocations } from './world/invocations.ts';
import { QueuePoller } from './world/queue-poller.ts';
import { connectReceivers } from './world/receivers.ts';
import { ScheduleTicker } from './world/schedules.ts';
import { StreamPoller } from './world/stream-poller.ts';
import { makeWorld } from './world/world.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { Call } from '../support/aws/in-memory-aws.ts';
import type { ActorsOf, Check, CheckAfterWrite, ConsumedRecord, DeadLetterRecord, Observation, Plan, PublishedRecord, Scenario, StoredItem, StrayRecord, Violation, WebhookRecord, WriteRecord } from './contract.ts';
import type { Struck } from './engine/faults.ts';
import type { TraceLine } from './engine/trace.ts';
import type { Process } from './process.ts';
import type { Answers } from './world/gateway.ts';
import type { World } from './world/world.ts';

/** What judges a run, and who acts in it. */
export interface Judges {
  readonly actorsOf: ActorsOf;
  readonly check: Check;
  readonly checkAfterWrite: CheckAfterWrite;
  /** For every function of every run, over what the templates say. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface RunRequest {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Part of the scenario's plan, to be run in its place. */
  readonly plan?: Plan;
  /** The faults that may strike, by `nameOf`; absent: all. */
  readonly only?: ReadonlySet<string>;
}

export interface RunResult {
  readonly violations: readonly Violation[];
  readonly struck: readonly Struck[];
  readonly plan: Plan;
  /** Calls to AWS. */
  readonly calls: number;
  readonly observation: Observation;
  readonly trace: readonly TraceLine[];
  readonly texts: () => string[];
}

const HOUR_MS = 3_600_000;
/** A plan's own time: a week for what waits for a deadline, and some more. */
const LONGEST_PLAN_MS = 10 * 24 * HOUR_MS;
/**
 * Without faults everything comes to rest within this: the longest wait between two asks is 15 minutes, a review's time an hour,
 * a queue's back-off 15 minutes, a processing payment's void a day.
 */
const REST_WITHIN_MS = 30 * HOUR_MS;
/** What is only due later than this after the last fault waits for a person or a capture, not for the system. */
const HORIZON_MS = 26 * HOUR_MS;

/** Functions log in one run of so many: what they log is the same in all. */
const LOGS_EVERY = 4;

export const planOf = (seed: number, scenario: Scenario): Plan => scenario.plan(randomOf(seed, 'plan', scenario.name));

/** One run: callers do their plan while faults strike, then the faults end, the world comes to rest, and is judged. */
export const run = async (host: Process, judges: Judges, { seed, scenario, plan = planOf(seed, scenario), only }: RunRequest): Promise<RunResult> => {
  await host.instances.freshen(seed % LOGS_EVERY === 0);
  const faults = new Faults(seed, scenario, only);
  const world = makeWorld({ seed, wiring: host.wiring, faults, outages: plan.outages, settings: { ...judges.settings, ...scenario.environment } });
  const left = { answers: [] as Answers, published: [] as PublishedRecord[], consumed: [] as ConsumedRecord[], webhooks: [] as WebhookRecord[], logs: [] as string[], forgottenAt: [] as number[], purged: [] as ConsumedRecord[], gaveUp: [] as DeadLetterRecord[], writes: [] as WriteRecord[], strays: [] as StrayRecord[] };
  host.connect(world.aws, (line) => void left.logs.push(line));
  const { idle, nextDue } = connect(world, host, judges, left);
  connectReceivers(world, plan.receivers, left.webhooks);

  let acting = 0;
  for (const actor of judges.actorsOf(plan)) {
    acting += 1;
    actor.run(callerOf(world, world.invoke, actor.name, left), world.startedAt).then(() => (acting -= 1), (error: unknown) => (world.failure ??= error instanceof Error ? error : new Error(String(error))));
  }
  const { scheduler } = world;
  const broken = (): boolean => world.violation !== undefined || world.failure !== undefined;
  const outagesEnd = Math.max(0, ...plan.outages.map(({ until }) => until));
  const ended = await scheduler.run(() => broken() || acting === 0, world.startedAt + LONGEST_PLAN_MS);
  if (world.failure === undefined && !broken() && ended !== 'enough') world.violation = { invariant: 'liveness', message: 'A caller waits for something that never comes.', about: [] };
  if (!broken()) await scheduler.run(broken, world.startedAt + outagesEnd);
  faults.on = false;
  const restFrom = scheduler.now;
  const due = (): boolean => (nextDue() ?? Number.POSITIVE_INFINITY) < restFrom + HORIZON_MS;
  const rest = async (): Promise<unknown> => (broken() ? undefined : scheduler.run(() => broken() || (idle() && !due()), scheduler.now + REST_WITHIN_MS));
  await rest();
  // What was given up while something was out of order for longer than queues bear waits for somebody who sends it again.
  if (isTooLong(plan) && redriveAll(world)) await rest();
  if (world.failure !== undefined) throw new Error(`Seed ${seed}, ${scenario.name}: the simulator itself failed.`, { cause: world.failure });
  const restless = !broken() && (!idle() || due()) ? [restlessness(world)] : [];
  const observation = observe(world, plan, scenario, left);
  const violations = world.violation === undefined ? [...restless, ...judges.check(observation)] : [world.violation];
  return { violations, struck: faults.struck, plan, calls: world.aws.calls.length, observation, trace: world.trace.lines, texts: () => world.trace.texts(world.startedAt) };
};

/** As Lambda names to its caller what a function ended by. */
const errorTypeOf = (failed: string): string => /^threw (\w+)/.exec(failed)?.[1] ?? (failed.startsWith('timed out') ? 'Sandbox.Timedout' : 'Runtime.ExitError');

/** @returns whether there was anything */
const redriveAll = ({ aws, names, listeners, trace, scheduler }: World): boolean => {
  const given = Object.values(names.queues).filter(({ dead }) => aws.messages(dead).length > 0);
  for (const { dead, queue } of given) {
    trace.add(scheduler.now, 'caller', 'operator', () => `redrives ${dead}`);
    aws.redrive(dead);
    for (const listener of listeners) listener.queued(queue);
  }
  return given.length > 0;
};

const restlessness = ({ aws, wiring, names, underway }: World): Violation => {
  const waiting = wiring.queueMappings.flatMap(({ queue }) => (aws.messages(queue).length === 0 ? [] : [`${aws.messages(queue).length} in ${names.queueLabel(queue)}`]));
  return { invariant: 'liveness', message: `Without faults the world does not come to rest in ${REST_WITHIN_MS / HOUR_MS} hours: ${[...waiting, `${underway} underway`].join(', ')}.`, about: [] };
};

interface Left {
  readonly answers: Answers;
  readonly published: PublishedRecord[];
  readonly consumed: ConsumedRecord[];
  readonly webhooks: WebhookRecord[];
  readonly logs: string[];
  readonly forgottenAt: number[];
  readonly purged: ConsumedRecord[];
  readonly gaveUp: DeadLetterRecord[];
  readonly writes: WriteRecord[];
  readonly strays: StrayRecord[];
}

const connect = (world: World, host: Process, judges: Judges, left: Left): { idle: () => boolean; nextDue: () => number | undefined } => {
  const { aws, wiring, names } = world;
  const invocations = new Invocations(world, host.instances);
  world.invoke = invocations.invoke;
  const queues = wiring.queueMappings.map((mapping) => new QueuePoller(world, invocations.invoke, mapping, left));
  const streams = wiring.streamMappings.map((mapping) => new StreamPoller(world, invocations.invoke, mapping));
  const schedules = wiring.schedules.map((schedule) => new ScheduleTicker(world, invocations.invoke, schedule));
  connectRules(world);
  for (const fn of wiring.functions) {
    aws.createFunction(fn.name, (payload) => new Promise((resolve, reject) => {
      const asker = world.applying;
      invocations.invoke(fn.name, `${names.shortOf(fn.name)} for ${asker?.name ?? 'nobody'}`, payload, (how) => {
        if (asker !== undefined && how.disturbed) asker.disturbed = true;
        if ('result' in how) resolve(how.result);
        else reject(Object.assign(new Error(how.failed), { name: errorTypeOf(how.failed) }));
      });
    }));
  }
  const followed = wiring.streamMappings.map(({ table }) => aws.table(table));
  const offsets = followed.map(() => 0);
  const follow = (): void => {
    streams.forEach((stream, index) => {
      const table = wiring.streamMappings[index]?.table ?? '';
      const written = followed[index]?.stream;
      const offset = offsets[index] ?? 0;
      if (written === undefined || written.length === offset) return;
      const records = written.read(offset);
      offsets[index] = written.length;
      left.writes.push(...records.map((record) => writeOf(world, stream.owner, record)));
      if (table === names.tables.ledger) world.violation ??= judges.checkAfterWrite(records);
      stream.take(records);
      for (const schedule of schedules) schedule.wrote(table);
    });
  };
  aws.intercept = interceptFor(world, invocations, ({ service }: Call) => {
    if (service === 'DynamoDB') follow();
    if (service === 'EventBridge') publishedSince(world, left.published);
    if (service === 'SQS') for (const queue of queues) queue.wake();
  });
  world.listeners.push({ queued: (name) => queues.find((_, index) => wiring.queueMappings[index]?.queue === name)?.wake(), wrote: follow });
  for (const schedule of schedules) schedule.wake();
  return {
    idle: () => world.underway === 0 && queues.every(({ idle }) => idle) && streams.every(({ idle }) => idle),
    nextDue: () => {
      const times = schedules.map((schedule) => schedule.nextDue()).filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
};

const writeOf = ({ scheduler }: World, service: ServiceName, { dynamodb }: DynamoDBRecord): WriteRecord =>
  ({ at: Math.floor(scheduler.now), service, pk: dynamodb?.Keys?.['pk']?.S ?? '', sk: dynamodb?.Keys?.['sk']?.S ?? '' });

const observe = (world: World, plan: Plan, { environment = {} }: Scenario, left: Left): Observation => {
  const { aws, names, wiring, scheduler, startedAt } = world;
  const itemsOf = (table: string): StoredItem[] => aws.table(table).items.all().map((item) => imageOf(item as Parameters<typeof imageOf>[0]) as StoredItem);
  const tables = Object.entries(names.tables).map(([service, table]) => [service, itemsOf(table)] as const);
  const deadLetters = names.deadLetterSources.flatMap(({ queue, source }) => aws.messages(queue).map(({ body }): DeadLetterRecord => ({ source, body })));
  const parked = wiring.buckets.flatMap((bucket) => [...aws.objects(bucket).values()].map(({ body }) => body.toString()));
  return {
    startedAt, endedAt: Math.floor(scheduler.now), plan, environment, tables: Object.fromEntries(tables) as Record<ServiceName, StoredItem[]>, idempotency: names.idempotencyTables.flatMap(itemsOf), ...left, deadLetters, parked,
  };
};
