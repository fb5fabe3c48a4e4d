import { instrument } from '../shared/observability/instrument.ts';
import { logInfo } from '../shared/observability/logger.ts';
import { count } from '../shared/observability/metrics.ts';
import { withinInvocation } from '../shared/time/deadline.ts';
import { listPublicEvents } from './list-public-events.ts';
import { findParked, listParked, retellParked } from './retell-parked.ts';
import { retellingRequestSchema } from './retelling-requests.ts';
import { sayAgain } from './say-again.ts';
import type { CarriedEvents } from './carried-events.ts';
import type { EventLogGaps } from './event-log-gaps.ts';
import type { OutboxSource } from './outbox-source.ts';
import type { ParkedRecords } from './parked-records.ts';
import type { RetellingRequest } from './retelling-requests.ts';
import type { Context } from 'aws-lambda';

interface RetellingOptions {
  readonly source: OutboxSource;
  readonly table: CarriedEvents;
  readonly tableName: string;
  /** What was parked of the table's changes. */
  readonly parked: ParkedRecords;
  /** @default none: the service does not own the event log, and refuses questions about it */
  readonly log?: EventLogGaps;
}

/**
 * The function of a service that tells operations which events its items carry, and says them again. Operations can
 * neither read nor write the table, so an event is only ever read and said by the service that owns it.
 * @throws ZodError for anything that is no such request
 */
export const retelling = (options: RetellingOptions) =>
  instrument((request: unknown, context: Context): Promise<unknown> => withinInvocation(context, () => answer(options, retellingRequestSchema.parse(request))));

const answer = async ({ source, table, tableName, parked, log }: RetellingOptions, request: RetellingRequest): Promise<unknown> => {
  const ports = { parked, events: table, table: tableName };
  switch (request.request) {
    case 'say-again': {
      const result = await sayAgain(table, request.carriers);
      logInfo('said again', { count: result.said });
      count('EventsSaidAgain', result.said);
      return result;
    }
    case 'list-public-events':
      return listPublicEvents(table, source, request);
    case 'find-unlogged':
      if (log === undefined) throw new Error(`The event log is not in the table of ${source.owner}.`);
      return { ids: await log.unlogged(request.events) };
    case 'list-parked':
      return listParked(ports, request.after);
    case 'find-parked':
      return findParked(ports, request.keys);
    case 'retell-parked': {
      const result = await retellParked(ports, request.key);
      logInfo('parked record said again', { outcome: result.outcome });
      return result;
    }
  }
};
