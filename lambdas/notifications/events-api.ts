import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { listQuerySchema, readCursor, writeCursor } from '../shared/http/list-page.ts';
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
    handle: async ({ caller: { tenant }, query: { limit, cursor } }) => {
      const scope = { tenant, operation: routes.listEvents.operation, filter: null };
      const position = cursor === undefined ? {} : { before: await readCursor(signer, scope, cursor) };
      const { items, next } = await log.list(tenant, { limit, ...position, now: clock.now(tenant) });
      const nextCursor = next === undefined ? null : await writeCursor(signer, scope, next);
      return { status: 200, body: { data: items, nextCursor } };
    },
  }),
];
