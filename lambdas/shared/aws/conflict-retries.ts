import { fullJitterMs } from '../random/random.ts';
import { clock } from '../time/clock.ts';
import { invocationDeadline } from '../time/deadline.ts';
import { timers } from '../time/timers.ts';
import { cancellationReasons, isTransient } from './errors.ts';

const BASE_MS = 20;
const CAP_MS = 500;
/** Time kept back to set the message's back-off, or to answer the caller. */
const RESERVE_MS = 4_000;

const isConflict = (error: unknown): boolean =>
  isTransient(error) && (cancellationReasons(error) !== undefined || (error instanceof Error && error.name.startsWith('Transaction')));

/**
 * Repeats a write that lost against another transaction on the same item, in place, with full jitter, while the
 * invocation has time: on a hot account waiting here is far cheaper than another trip through the queue.
 * The SDK does not retry TransactionCanceledException. The write must be safe to repeat (put-if-absent in it).
 */
export const withConflictRetries = async <T>(write: () => Promise<T>): Promise<T> => {
  // Taken once: outside of an invocation it is counted from now on, and would move on with every try.
  const lastTryAt = invocationDeadline() - RESERVE_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isConflict(error) || clock.now() > lastTryAt) throw error;
      await timers.sleep(fullJitterMs(attempt, BASE_MS, CAP_MS));
    }
  }
};
