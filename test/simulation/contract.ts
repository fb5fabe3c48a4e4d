import type { HttpService, Route } from '../../lambdas/shared/contract/routes.ts';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { QueueName } from '../../lib/event-subscriptions.ts';
import type { apiEvent, ParsedAnswer } from '../support/api-event.ts';
import type { DynamoDBRecord } from 'aws-lambda';

export type ApiCall = NonNullable<Parameters<typeof apiEvent>[1]>;

/** The caller gave up waiting, or the connection broke: what became of the request it cannot know. */
export interface Lost {
  readonly lost: true;
}
export const isLost = (answer: ParsedAnswer | Lost): answer is Lost => 'lost' in answer;

/** From 0 up to 1. */
export type Random = () => number;

/** One actor's way into the world. All waiting is virtual. */
export interface Caller {
  readonly actor: string;
  /** Through API Gateway's limits, the authorizer's context and the real HTTP function; recorded in `Observation.answers`. */
  call(route: Route, call: ApiCall): Promise<ParsedAnswer | Lost>;
  sleep(milliseconds: number): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** A stream of the actor's own, seeded by the run's seed and the actor's name: dropping one actor shifts no other. */
  readonly random: Random;
  /** Puts a body into a queue as somebody with AWS credentials can: poison, or an event again. */
  send(queue: QueueName, body: string): Promise<void>;
  /** Moves what is in a queue's dead-letter queue back (StartMessageMoveTask): all of it, once. */
  redrive(queue: QueueName): Promise<void>;
  /** Somebody purges a queue by mistake: what is in it is gone. Recorded in `Observation.purged`. */
  purge(queue: QueueName): Promise<void>;
  /**
   * Sets the due time of all that waits in a service's table to now, as a migration of the index may: looking too early must be harmless.
   */
  hurry(service: ServiceName): Promise<void>;
  /** Leaves an item in a service's due index for a while that nothing can be done about. Recorded in `Observation.strays`. */
  stray(service: ServiceName, forMs: number): Promise<void>;
  /** TTL deletes every idempotency record, as it may at any time after 25 h: answers are forgotten, effects are not. */
  forgetAnswers(): Promise<void>;
  /** An event as it was published, the newest first said; undefined while there is none. */
  published(eventId: string): string | undefined;
}

/** What can be out of order for a while. `table` throttles every call to it; `bus` refuses every PutEvents, `queue` every SendMessage. */
export type Part =
  | `api:${HttpService}` | `consumer:${QueueName}` | `relay:${ServiceName}` | `sweeper:${ServiceName}` | `table:${ServiceName}` | `idempotency:${HttpService}` | `queue:${QueueName}` | 'bus';

/** Milliseconds since the run's start. */
export interface Outage {
  readonly part: Part;
  readonly from: number;
  readonly until: number;
}

/** What queues outlast by themselves: 20 receives with their back-off. What is given up in a longer outage waits for an operator. */
const BORNE_MS = 60 * 60_000;
export const isTooLong = ({ outages }: Plan): boolean => outages.some(({ from, until }) => until - from > BORNE_MS);

/** How a webhook receiver answers from some time on. `hang` gives no answer, `refuse` closes the connection. */
export interface Receives {
  /** Milliseconds since the run's start. */
  readonly from: number;
  readonly answer: number | 'hang' | 'refuse';
  /** @default 20 */
  readonly afterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Receiver {
  readonly url: string;
  /** In order of time; before the first one, 200. */
  readonly behaviour: readonly Receives[];
}

/**
 * One thing that an actor does: plain JSON, so that a run's plan can be printed, and steps dropped from it.
 * An actor does its steps one after the other, none before its time.
 */
export interface Step {
  readonly actor: string;
  /** Milliseconds since the run's start: not before. */
  readonly at: number;
  /** Names the operation: the key of `performers` in scenarios/perform.ts. */
  readonly does: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** A whole run, made up front from the seed: what is done, what breaks for a while. A run of any part of it is a run too. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly outages: readonly Outage[];
  readonly receivers: readonly Receiver[];
}

export const faultKinds = [
  'requestLost', 'answerLost', 'appliedLate', 'throttled', 'transactionConflict', 'staleRead', 'batchPartial', 'killed', 'timedOut', 'deliveredTwice', 'deliveredLate', 'reordered', 'streamCut', 'streamRepeated',
  'putEventsPartial', 'clockStep', 'callerGivesUp', 'calledTwice',
] as const;
export type FaultKind = (typeof faultKinds)[number];
/** Probability from 0 to 1 at each place where the fault can strike. */
export type FaultRates = Readonly<Record<FaultKind, number>>;

export interface Scenario {
  readonly name: string;
  /** How often it is picked, beside the others' weights. */
  readonly weight: number;
  /** What differs from the usual rates. */
  readonly faults?: Partial<FaultRates>;
  /** Set for every function, over what the templates say. */
  readonly environment?: Readonly<Record<string, string>>;
  plan(random: Random): Plan;
}

/** One who does its steps of a plan; those of a run go on side by side. */
export interface Actor {
  readonly name: string;
  /** @param startedAt epoch milliseconds */
  run(caller: Caller, startedAt: number): Promise<void>;
}
/** Implemented by scenarios/actors.ts: a book of names is shared by the actors of one run. */
export type ActorsOf = (plan: Plan) => readonly Actor[];

/** As DynamoDB's document client gives it: numbers, strings, Uint8Array, lists and maps. */
export type StoredItem = Readonly<Record<string, unknown>>;

export interface AnswerRecord {
  readonly actor: string;
  readonly route: Route;
  readonly call: ApiCall;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** When its caller was answered, or gave up and the function had ended as well. */
  readonly endedAt: number;
  /** What the function answered, also when it never reached the caller; absent when it gave no answer. */
  readonly answer?: ParsedAnswer;
  readonly lost: boolean;
  /** A fault or an outage struck one of its calls: what it answered may say so. */
  readonly disturbed: boolean;
}

export interface PublishedRecord {
  readonly at: number;
  /** The envelope, as JSON text. */
  readonly detail: string;
}

/** A message that a consumer acknowledged: Lambda deleted it after an answer without its id. */
export interface ConsumedRecord {
  readonly at: number;
  readonly queue: QueueName;
  readonly body: string;
  /** How far the clock was ahead of the invocation that took it up; absent when it was right. */
  readonly clockMs?: number;
}

/** An item was put, changed or deleted. */
export interface WriteRecord {
  readonly at: number;
  readonly service: ServiceName;
  readonly pk: string;
  readonly sk: string;
}

/** An item that was due, and that nothing could be done about. Epoch milliseconds. */
export interface StrayRecord {
  readonly service: ServiceName;
  readonly putAt: number;
  readonly takenAt: number;
  /** When it was to be looked at next as it was taken away. */
  readonly dueAt: number;
}

export interface DeadLetterRecord {
  /** Whose dead letters: of a queue's consumer, or of the rules that feed it (or the bus). */
  readonly source: `consumer:${QueueName}` | `route:${QueueName | 'bus'}`;
  readonly body: string;
}

export interface WebhookRecord {
  readonly at: number;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answered: number | 'hang' | 'refuse';
}

/** Everything that a run leaves, after it was drained without faults. */
export interface Observation {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly plan: Plan;
  /** What the scenario sets for every function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<ServiceName, readonly StoredItem[]>>;
  /** Of all idempotency tables. */
  readonly idempotency: readonly StoredItem[];
  /** When `forgetAnswers` was called, epoch milliseconds. */
  readonly forgottenAt: readonly number[];
  /** Of the services' own tables, in order. */
  readonly writes: readonly WriteRecord[];
  readonly strays: readonly StrayRecord[];
  /** Messages that `purge` took away. */
  readonly purged: readonly ConsumedRecord[];
  /** In the order in which the callers sent. */
  readonly answers: readonly AnswerRecord[];
  readonly published: readonly PublishedRecord[];
  readonly consumed: readonly ConsumedRecord[];
  readonly deadLetters: readonly DeadLetterRecord[];
  /** All that ever came into a dead-letter queue, also what was redriven since. */
  readonly gaveUp: readonly DeadLetterRecord[];
  /** What relays parked: objects of the parking bucket, as text. */
  readonly parked: readonly string[];
  readonly webhooks: readonly WebhookRecord[];
  /** Lines that functions wrote, as text. */
  readonly logs: readonly string[];
}

export interface Violation {
  /** File name of the invariant. */
  readonly invariant: string;
  readonly message: string;
  /** Ids of what it is about, for the story. */
  readonly about: readonly string[];
}

export interface Invariant {
  readonly name: string;
  /** One sentence that is true of every run. */
  readonly sentence: string;
  check(observation: Observation): readonly Violation[];
}

/** Implemented by invariants/invariants.ts. `scenario` is for the story alone: what a plan poisons, its steps say. */
export type Check = (observation: Observation) => readonly Violation[];
/**
 * Implemented by invariants/after-write.ts. What one call to DynamoDB applied to the ledger's table, as its stream tells it
 * (`aws.stream(table, since)` right after the call): O(change).
 */
export type CheckAfterWrite = (applied: readonly DynamoDBRecord[]) => Violation | undefined;
