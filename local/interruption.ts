import { once } from 'node:events';

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const PARENT_POLL_MS = 500;

/** A program of ours was told to end before it was done, or nobody is left who waits for it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * A signal that is aborted, with an Interrupted as its reason, by SIGINT, SIGTERM, SIGHUP, and when the parent of this
 * process is gone: an npm that is killed takes nothing with it. From then on this process has to end itself.
 * Further signals do nothing: npm passes on the Ctrl-C that the terminal has sent to this process already.
 */
export function watchForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const [name, exitCode] of Object.entries(exitCodes)) {
    process.on(name, () => controller.abort(new Interrupted(`interrupted by ${name}`, exitCode)));
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) controller.abort(new Interrupted('the process that started this one is gone', exitCodes.SIGTERM));
  }, PARENT_POLL_MS).unref();
  return controller.signal;
}

/** Settles as the work does, or rejects with the reason as soon as the signal is aborted; the work itself goes on. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const done = new AbortController();
  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort', { signal: done.signal });
  try {
    await Promise.race([work, aborted]);
    signal.throwIfAborted();
    return await work;
  } finally {
    done.abort();
  }
}
