import { fullJitterMs } from '../random/random.ts';
import { timers } from '../time/timers.ts';
import { cancellationReasons, isTransient } from './errors.ts';

const ATTEMPTS = 8;
const BASE_MS = 20;
const CAP_MS = 500;

const isConflict = (error: unknown): boolean =>
  isTransient(error) && (cancellationReasons(error) !== undefined || (error instanceof Error && error.name.startsWith('Transaction')));

/**
 * Repeats a write that lost against another transaction on the same item, in place, with full jitter, bounded.
 * The SDK does not retry TransactionCanceledException. The write must be safe to repeat (put-if-absent in it).
 */
export const withConflictRetries = async <T>(write: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt + 1 >= ATTEMPTS || !isConflict(error)) throw error;
      await timers.sleep(fullJitterMs(attempt, BASE_MS, CAP_MS));
    }
  }
};
