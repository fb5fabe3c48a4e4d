import { count } from '../shared/observability/metrics.ts';
import { logError } from '../shared/observability/logger.ts';
import type { LogFields } from '../shared/observability/logger.ts';

/** The books or an event say what can never be true. Nothing is decided on it; a person has to look. */
class IntegrityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntegrityError';
  }
}

/** Raises the alarm, then throws: the message goes back and ends in the dead-letter queue. */
export const breakOff = (message: string, fields: LogFields): never => {
  const error = new IntegrityError(message);
  count('IntegrityErrors');
  logError('integrity error', error, fields);
  throw error;
};
