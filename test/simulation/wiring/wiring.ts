import type { KeySpec } from '../../support/aws/kms/kms.ts';
import type { TableSpec } from '../../support/aws/dynamodb/schema.ts';
import type { EventPattern } from '../../support/aws/eventbridge/event-pattern.ts';
import type { QueueSpec } from '../../support/aws/sqs/queue.ts';

/** What the templates of a stage say of all that runs; every reference is the name that the resource has in memory. */
export interface Wiring {
  readonly region: string;
  readonly functions: readonly FunctionWiring[];
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly buckets: readonly string[];
  readonly keys: readonly KeySpec[];
  readonly buses: readonly BusWiring[];
  readonly rules: readonly RuleWiring[];
  readonly schedules: readonly ScheduleWiring[];
  readonly queueMappings: readonly QueueMapping[];
  readonly streamMappings: readonly StreamMapping[];
  readonly routes: readonly RouteWiring[];
}

export interface FunctionWiring {
  readonly name: string;
  /** Path of the handler file from the project's root. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

export interface BusWiring {
  readonly name: string;
  readonly deadLetterQueue: string;
}

/** A rule on a bus with its one target. */
export interface RuleWiring {
  readonly name: string;
  readonly bus: string;
  readonly pattern: EventPattern;
  readonly target: { readonly kind: 'queue'; readonly queue: string; readonly groupPath: string } | { readonly kind: 'topic'; readonly topic: string };
  readonly deadLetterQueue: string;
}

export interface ScheduleWiring {
  readonly name: string;
  readonly everySeconds: number;
  readonly function: string;
}

export interface QueueMapping {
  readonly id: string;
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Batches at a time. */
  readonly maxConcurrency: number;
}

export interface StreamMapping {
  readonly id: string;
  readonly table: string;
  readonly function: string;
  readonly batchSize: number;
  readonly bisects: boolean;
  readonly maxRecordAgeSeconds: number;
  /** -1: for ever. */
  readonly maxRetries: number;
  readonly onFailureBucket: string;
}

/** A method of the REST API and the function behind it. */
export interface RouteWiring {
  readonly method: string;
  readonly resource: string;
  readonly function: string;
}
