import { instrument } from '../shared/observability/instrument.ts';
import { logInfo } from '../shared/observability/logger.ts';
import { count } from '../shared/observability/metrics.ts';
import { withinInvocation } from '../shared/time/deadline.ts';
import { retellingRequestSchema } from './retelling-requests.ts';
import { sayAgain } from './say-again.ts';
import type { CarriedEvents } from './carried-events.ts';
import type { SaidAgain } from './retelling-requests.ts';
import type { Context } from 'aws-lambda';

/**
 * The function of a service that says again what its items carry, when operations asks. Operations cannot write the
 * table, so an event is only ever said by the service that owns it.
 * @throws ZodError for anything that is no such request
 */
export const retelling = (events: CarriedEvents) =>
  instrument((request: unknown, context: Context): Promise<SaidAgain> =>
    withinInvocation(context, async () => {
      const { carriers } = retellingRequestSchema.parse(request);
      const answer = await sayAgain(events, carriers);
      logInfo('said again', { count: answer.said });
      count('EventsSaidAgain', answer.said);
      return answer;
    }),
  );
