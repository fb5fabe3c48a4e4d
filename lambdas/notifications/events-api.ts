import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { clock } from '../shared/time/clock.ts';
import type { Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { EventLog } from './event-log.ts';

export interface EventsPorts {
  readonly log: EventLog;
  readonly signer: CursorSigner;
}

export const eventsApi = ({ log, signer }: EventsPorts): Endpoint[] => [
  endpoint({
    route: routes.listEvents,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(
        signer, { tenant, operation: routes.listEvents.operation, filter: null }, query,
        (page) => log.list(tenant, { ...page, now: clock.now(tenant) }), (event) => event,
      ),
  }),
];
