import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { ProblemError } from '../shared/http/problem.ts';
import { PLATFORM_TENANT } from '../shared/ids/ids.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { timeLeftMs } from '../shared/time/deadline.ts';
import { parsePosition, republish } from './republish.ts';
import type { ApiRequest, Endpoint } from '../shared/http/api-request.ts';
import type { CursorScope, CursorSeal } from '../shared/http/list-page.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { CommandLog } from './command-log.ts';
import type { EventCarriers } from './event-carriers.ts';
import type { Position, Republished } from './republish.ts';

/** What is younger may still be on its way to the log. */
const ON_THEIR_WAY_MS = 60_000;
/** Time that the longest round takes: reading, asking the log, saying, with functions that start cold. */
const ROUND_MS = 10_000;
/** The answer is kept for repeated requests in an item of 400 KB. */
const SHOWN = 200;

const time = z.iso.datetime({ offset: true });
export const republishBodySchema = z.strictObject({
  since: time,
  until: time.optional(),
  dryRun: z.boolean().default(true),
  cursor: z.string().max(4_096).optional(),
});
type Body = z.infer<typeof republishBodySchema>;

const cursorSchema = z.object({ until: z.int(), position: z.unknown() });

interface RepublishApi {
  readonly carriers: EventCarriers;
  readonly trail: AuditTrail;
  readonly commands: CommandLog;
  readonly seal: CursorSeal;
}

/** `POST /v1/operations/republish`: says again what the event log lacks. */
export const republishEndpoint = ({ carriers, trail, commands, seal }: RepublishApi): Endpoint =>
  endpoint({
    route: routes.republish,
    bodySchema: republishBodySchema,
    handle: async (request) => {
      const { caller, body, idempotencyKey, fingerprint } = request;
      // It reads the whole tables of all tenants: no tenant may do that to the others at its own rate (ADR 20).
      if (caller.tenant !== PLATFORM_TENANT) throw new ProblemError('access_denied', 'Only operators of the platform can do this.');
      const scope: CursorScope = { tenant: caller.tenant, operation: routes.republish.operation, filter: [body.since, body.until ?? null] };
      const { since, until, position } = await windowOf(seal, scope, body);
      const first = await commands.remember(caller.tenant, { operation: routes.republish.operation, idempotencyKey, fingerprint });
      if (!sameFingerprint(first, fingerprint)) throw keyReused(request, first);
      const ports = { carriers, audit: auditOf(trail, request, { since, until }), goOn: () => timeLeftMs() > ROUND_MS };
      const result = await republish(ports, { since, until, dryRun: body.dryRun }, position);
      const nextCursor = result.next === undefined ? null : await seal.seal(scope, JSON.stringify({ until, position: result.next }));
      return { status: 200, body: { dryRun: body.dryRun, ...viewOf(result), nextCursor } };
    },
  });

interface Window {
  readonly since: number;
  readonly until: number;
  readonly position?: Position;
}

/** A page goes on in the window of the first one, whatever the time is by now. */
const windowOf = async (seal: CursorSeal, scope: CursorScope, { since, until, cursor }: Body): Promise<Window> => {
  const from = Date.parse(since);
  if (cursor !== undefined) {
    const { until: to, position } = openedCursor(await seal.open(scope, cursor));
    return { since: from, until: to, position };
  }
  const to = until === undefined ? clock.now() - ON_THEIR_WAY_MS : Date.parse(until);
  if (from >= to || from > clock.now()) {
    const message = until === undefined ? 'must be more than a minute ago' : 'must be before until, and in the past';
    throw new ProblemError('validation_failed', 'The request has 1 violation.', { param: '/since', violations: [{ pointer: '/since', message }] });
  }
  return { since: from, until: to };
};

/** A cursor of ours may be of an earlier version of this function. */
const openedCursor = (opened: string): { readonly until: number; readonly position: Position } => {
  const sealed = cursorSchema.safeParse(parsedJson(opened)).data;
  const position = parsePosition(sealed?.position);
  if (sealed === undefined || position === undefined) throw new ProblemError('cursor_invalid', 'The cursor is of another version of the service. Begin again without it.', { param: '/cursor' });
  return { until: sealed.until, position };
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const auditOf = (trail: AuditTrail, { caller, requestId }: ApiRequest<Body>, { since, until }: Window) => {
  let round = 0;
  return async (service: string, events: number): Promise<void> => {
    round += 1;
    await trail.append(caller.tenant, {
      id: `${requestId}.${round}`, at: clock.now(caller.tenant), actor: caller.clientId, action: 'republish', subject: service,
      details: { events, since: toRfc3339(since), until: toRfc3339(until) },
    });
  };
};

const viewOf = ({ checked, missing, said, unreadable }: Republished) => ({
  checked,
  missingCount: missing.length,
  missing: missing.slice(0, SHOWN).map(({ id, type, at, tenant }) => ({ eventId: id, type, time: toRfc3339(at), tenantId: tenant })),
  said,
  unreadable,
});
