import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { Scheduler } from '../engine/scheduler.ts';
import { Trace } from '../engine/trace.ts';
import { namesOf } from './names.ts';
import type { Wiring } from '../wiring/wiring.ts';
import type { Faults } from '../engine/faults.ts';
import type { Outage, Part, Violation } from '../contract.ts';
import type { Invocation, Invoke } from './invocations.ts';
import type { Names } from './names.ts';

/** All of a run that its parts share. */
export interface World {
  readonly seed: number;
  readonly wiring: Wiring;
  readonly names: Names;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly aws: InMemoryAws;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Set over what the templates say, for every function. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether a part is out of order now. */
  isOut(part: Part): boolean;
  /** What broke while the run went on: it ends then. */
  violation: Violation | undefined;
  /** What the simulator itself could not do: no run at all. */
  failure: Error | undefined;
  /** Work that is on its way outside of queues and streams: deliveries, invocations. */
  underway: number;
  /** Told of everything that is put into a queue, or written to a table, without a call. */
  readonly listeners: { queued(queue: string): void; wrote(): void }[];
  /** Whose call is being applied: what that starts is its doing. */
  applying: Invocation | undefined;
  /** Set when the run is connected. */
  invoke: Invoke;
  /** A name that this run has not given yet: the second of a kind gets a number. */
  unique(name: string): string;
}

interface WorldOptions {
  readonly seed: number;
  readonly wiring: Wiring;
  readonly faults: Faults;
  readonly outages: readonly Outage[];
  readonly settings: Readonly<Record<string, string>>;
}

/** A Monday morning, so that days and hours of a run are as those of a working system. */
const STARTS_AT = Date.UTC(2026, 0, 5, 9);

export const makeWorld = ({ seed, wiring, faults, outages, settings }: WorldOptions): World => {
  const scheduler = new Scheduler(STARTS_AT);
  const aws = new InMemoryAws({ now: () => Math.floor(scheduler.now), region: wiring.region });
  for (const table of wiring.tables) aws.createTable(table);
  for (const queue of wiring.queues) aws.createQueue(queue);
  for (const bucket of wiring.buckets) aws.createBucket(bucket);
  for (const key of wiring.keys) aws.createKey(key);
  for (const bus of wiring.buses) aws.createBus(bus.name);
  const given = new Map<string, number>();
  return {
    seed, wiring, faults, settings, scheduler, aws, names: namesOf(wiring), trace: new Trace(), startedAt: STARTS_AT, violation: undefined, failure: undefined, underway: 0, listeners: [], applying: undefined,
    invoke: () => {
      throw new Error('The functions are not connected yet.');
    },
    isOut: (part) => outages.some((outage) => outage.part === part && scheduler.now >= STARTS_AT + outage.from && scheduler.now < STARTS_AT + outage.until),
    unique: (name) => {
      const count = (given.get(name) ?? 0) + 1;
      given.set(name, count);
      return count === 1 ? name : `${name} ~${count}`;
    },
  };
};
