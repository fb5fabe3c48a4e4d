import { AsyncLocalStorage } from 'node:async_hooks';
import { clock } from './clock.ts';

const deadlines = new AsyncLocalStorage<number>();

/** Work outside of an invocation (a script, a test) has this long. */
const DEFAULT_MS = 10_000;

/** Runs `work` with the time its Lambda invocation has left. Per call chain, so that invocations in one process do not share it. */
export const withinInvocation = <T>(context: { getRemainingTimeInMillis(): number }, work: () => Promise<T>): Promise<T> =>
  deadlines.run(clock.now() + context.getRemainingTimeInMillis(), work);

/** Epoch milliseconds at which Lambda ends this invocation. */
export const invocationDeadline = (): number => deadlines.getStore() ?? clock.now() + DEFAULT_MS;

export const timeLeftMs = (): number => invocationDeadline() - clock.now();
