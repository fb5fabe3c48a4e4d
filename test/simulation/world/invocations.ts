import { randomOf, wordsOf } from '../engine/random.ts';
import { environmentOf } from '../host/instances.ts';
import { within } from '../host/virtual-globals.ts';
import type { Context } from 'aws-lambda';
import type { Instance, Instances } from '../host/instances.ts';
import type { Surroundings } from '../host/virtual-globals.ts';
import type { FunctionWiring } from '../wiring/wiring.ts';
import type { World } from './world.ts';

/** One run of a function. */
export interface Invocation extends Surroundings {
  readonly name: string;
  readonly fn: FunctionWiring;
  /** Calls to AWS so far. */
  calls: number;
  disturbed: boolean;
  /** Ends it as if Lambda had taken its machine away: nothing that it waits for ever comes. */
  kill(reason: string): void;
}

/** `disturbed`: a fault or an outage struck one of its calls; `clockMs`: how far its clock was ahead. */
export type Ended = ({ readonly result: unknown } | { readonly failed: string }) & { readonly disturbed: boolean; readonly clockMs: number };

/** Starts a function; `ended` is called once, also when it is killed or has no time left. */
export type Invoke = (functionName: string, name: string, event: unknown, ended: (how: Ended) => void, traceHeader?: string) => void;

const CLOCK_STEP_MS = 3_000;
/** Most instances of one function in this process; further invocations wait for one, as they would for concurrency. */
const MAX_INSTANCES = 6;

/** Runs functions on instances of their own, in virtual time. */
export class Invocations {
  readonly live = new Map<Surroundings, Invocation>();
  readonly #world: World;
  readonly #instances: Instances;
  readonly #functions: ReadonlyMap<string, FunctionWiring>;
  readonly #environments = new Map<FunctionWiring, Readonly<Record<string, string>>>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(world: World, instances: Instances) {
    this.#world = world;
    this.#instances = instances;
    this.#functions = new Map(world.wiring.functions.map((fn) => [fn.name, fn]));
  }

  readonly invoke: Invoke = (functionName, name, event, ended, traceHeader) => {
    const fn = this.#functions.get(functionName);
    if (fn === undefined) throw new Error(`The templates have no function ${functionName}.`);
    this.#world.underway += 1;
    const own = this.#world.unique(name);
    const begin = (): void => {
      const slot = this.#instances.take(fn, this.#world.settings, MAX_INSTANCES);
      if (slot === undefined) {
        this.#waiting.set(fn.name, [...(this.#waiting.get(fn.name) ?? []), begin]);
        return;
      }
      this.#world.scheduler.hold(slot.loaded.then((instance) => {
        this.#world.scheduler.after(1 + 3 * this.#world.faults.dice('start', own), () => this.#run(fn, own, instance, { event, traceHeader }, (how) => {
          slot.busy = false;
          this.#world.underway -= 1;
          this.#waiting.get(fn.name)?.shift()?.();
          ended(how);
        }));
      }));
    };
    begin();
  };

  #environmentOf(fn: FunctionWiring): Readonly<Record<string, string>> {
    const known = this.#environments.get(fn) ?? environmentOf(fn, this.#world.settings);
    this.#environments.set(fn, known);
    return known;
  }

  #run(fn: FunctionWiring, name: string, instance: Instance, { event, traceHeader }: { event: unknown; traceHeader: string | undefined }, ended: (how: Ended) => void): void {
    const { scheduler, faults, trace, names, seed } = this.#world;
    const skew = faults.strikes('clockStep', name) ? Math.round((faults.dice('skew', name) * 2 - 1) * CLOCK_STEP_MS) : 0;
    const random = randomOf(seed, 'invocation', name);
    const environment = { ...this.#environmentOf(fn), _X_AMZN_TRACE_ID: traceHeader ?? traceOf(seed, name) };
    const deadline = scheduler.now + fn.timeoutSeconds * 1_000;
    const finish = (how: { readonly result: unknown } | { readonly failed: string }): void => {
      if (!this.live.delete(invocation)) return;
      timer.cancel();
      trace.add(scheduler.now, 'invocation', name, 'failed' in how ? how.failed : 'ends');
      ended({ ...how, disturbed: invocation.disturbed, clockMs: skew });
    };
    const timer = scheduler.at(deadline, () => invocation.kill(`timed out after ${fn.timeoutSeconds} s`));
    const invocation: Invocation = {
      name, fn, environment, random, calls: 0, disturbed: false,
      now: () => Math.floor(scheduler.now + skew),
      after: (milliseconds, then) => scheduler.after(milliseconds, () => (this.live.has(invocation) ? then() : false)),
      kill: (reason) => {
        instance.forget();
        finish({ failed: reason });
      },
    };
    this.live.set(invocation, invocation);
    trace.add(scheduler.now, skew === 0 ? 'invocation' : 'fault', name, skew === 0 ? `${names.shortOf(fn.name)} starts` : `${names.shortOf(fn.name)} starts, its clock ${skew} ms off`);
    const context = { functionName: fn.name, awsRequestId: uuidOf(seed, name), getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - scheduler.now)) };
    within(invocation, () => instance.handler(event, context as unknown as Context)).then(
      (result) => finish({ result }),
      (error: unknown) => finish({ failed: error instanceof Error ? `threw ${error.name}: ${error.message}` : 'threw something' }),
    );
  }
}

/** 32 digits. */
const hexOf = (what: string, seed: number, name: string): string => wordsOf(`${what} ${seed} ${name}`).map((word) => word.toString(16).padStart(8, '0')).join('');
const uuidOf = (seed: number, name: string): string => hexOf('request', seed, name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
const traceOf = (seed: number, name: string): string => {
  const digits = hexOf('trace', seed, name);
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Parent=${hexOf('span', seed, name).slice(0, 16)};Sampled=1`;
};
