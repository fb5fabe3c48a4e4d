import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '../engine/random.ts';
import type { Cancelable } from '../engine/scheduler.ts';

/** What an invocation sees of its surroundings, in place of the process's own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly random: Random;
  /** Epoch milliseconds, whole. */
  now(): number;
  after(milliseconds: number, run: () => void): Cancelable;
}

const current = new AsyncLocalStorage<Surroundings>();
let loading: Surroundings | undefined;
const surroundings = { getStore: () => current.getStore() ?? loading };

export const within = <Result>(these: Surroundings, work: () => Result): Result => current.run(these, work);

/** The surroundings of the code that is running; undefined outside of an invocation. */
export const here = (): Surroundings | undefined => current.getStore();

/** For loading modules, which is nobody's call chain; nothing else runs meanwhile. */
export const whileLoading = async <Result>(these: Surroundings, work: () => Promise<Result>): Promise<Result> => {
  loading = these;
  try {
    return await work();
  } finally {
    loading = undefined;
  }
};

const real = { Date, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, random: Math.random, environment: process.env };
let installed = false;

/**
 * Puts time, timers, chance and environment under the hand of whoever runs an invocation, for all code that it calls, libraries
 * included (Powertools asks Date, the SDK waits with setTimeout). Outside of an invocation everything is as it was.
 */
export const installVirtualGlobals = (): void => {
  if (installed) return;
  installed = true;
  installDate();
  Math.random = () => surroundings.getStore()?.random() ?? real.random();
  installTimers();
  process.env = new Proxy(real.environment, {
    get: (target, name) => {
      const here = surroundings.getStore();
      if (here === undefined) return Reflect.get(target, name) as unknown;
      return typeof name === 'string' ? here.environment[name] : undefined;
    },
    has: (target, name) => {
      const here = surroundings.getStore();
      return here === undefined ? Reflect.has(target, name) : typeof name === 'string' && name in here.environment;
    },
  });
};

const installDate = (): void => {
  const now = (): number => surroundings.getStore()?.now() ?? real.Date.now();
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, given: unknown[], newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
    apply: () => new real.Date(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name) as unknown),
  });
};

class VirtualTimer {
  readonly planned: Cancelable;
  constructor(planned: Cancelable) {
    this.planned = planned;
  }

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }
}

const installTimers = (): void => {
  const setTimeout = (run: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]): unknown => {
    const here = surroundings.getStore();
    if (here === undefined) return real.setTimeout(run, milliseconds, ...given);
    return new VirtualTimer(here.after(milliseconds, () => within(here, () => run(...given))));
  };
  const clearTimeout = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.planned.cancel();
    else real.clearTimeout(timer as NodeJS.Timeout | undefined);
  };
  Object.assign(globalThis, { setTimeout, clearTimeout });
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => {
    const here = surroundings.getStore();
    if (here === undefined) return timeout(milliseconds);
    const controller = new AbortController();
    here.after(milliseconds, () => within(here, () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))));
    return controller.signal;
  };
};
