import { instrument } from '../observability/instrument.ts';
import { logInfo } from '../observability/logger.ts';
import { invocationDeadline, withinInvocation } from '../time/deadline.ts';
import { sweep } from './sweep.ts';
import type { SweepOptions } from './sweep.ts';
import type { Context } from 'aws-lambda';

/** Time kept back for the item that is being acted on. */
const RESERVE_MS = 10_000;

/** A function that a schedule calls every minute to do what is due in its service's table. */
export const sweeper = (options: Omit<SweepOptions, 'deadline'>) =>
  instrument((_event: unknown, context: Context): Promise<void> =>
    withinInvocation(context, async () => {
      await sweep({ ...options, deadline: invocationDeadline() - RESERVE_MS });
      logInfo('sweep', {});
    }),
  );
