import * as z from 'zod';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { PLATFORM_TENANT } from '../shared/ids/ids.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { findDeadLetter, listDeadLetters } from './list-dead-letters.ts';
import { redriveDeadLetters } from './redrive-dead-letters.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { CommandLog } from './command-log.ts';
import type { DeadLetter, EventSummary } from './dead-letter.ts';
import type { DeadLetterSource } from './dead-letter-source.ts';

const sourceName = z.string().min(1).max(64);

/** No limit and no cursor: a queue has neither an order nor positions. What an answer leaves out it says (`incomplete`). */
export const listDeadLettersSchema = z.strictObject({ source: sourceName.optional() });

export const redriveSchema = z.strictObject({
  source: sourceName,
  ids: z.array(z.string().min(1).max(700)).min(1).max(100).optional(),
  dryRun: z.boolean().default(true),
});

interface DeadLetterApi {
  readonly sources: readonly DeadLetterSource[];
  readonly trail: AuditTrail;
  readonly commands: CommandLog;
}

/** `/v1/operations/dead-letters`: what was given up, and sending it back to where it was going. */
export const deadLetterEndpoints = (api: DeadLetterApi): readonly Endpoint[] => [
  endpoint({
    route: routes.listDeadLetters,
    querySchema: listDeadLettersSchema,
    handle: async ({ caller: { tenant }, query: { source } }) => {
      const { letters, incomplete } = await listDeadLetters(source === undefined ? api.sources : [sourceNamed(api, source)], tenant);
      return { status: 200, body: { data: letters.map((letter) => viewFor(tenant, letter)), incomplete } };
    },
  }),
  endpoint({
    route: routes.getDeadLetter,
    handle: async ({ caller: { tenant }, path }) => {
      const letter = await findDeadLetter(api.sources, tenant, path['id'] ?? '');
      if (letter === undefined) throw notFound();
      return { status: 200, body: viewFor(tenant, letter) };
    },
  }),
  endpoint({ route: routes.redriveDeadLetters, bodySchema: redriveSchema, handle: (request) => redrive(api, request) }),
];

const sourceNamed = ({ sources }: DeadLetterApi, name: string): DeadLetterSource => {
  const found = sources.find((source) => source.name === name);
  if (found === undefined) {
    throw new ProblemError('validation_failed', `Sources: ${sources.map((source) => source.name).join(', ')}.`, { param: 'source' });
  }
  return found;
};

const redrive = async (api: DeadLetterApi, request: ApiRequest<z.infer<typeof redriveSchema>>): Promise<ApiResponse> => {
  const { caller: { tenant, clientId }, body: { source: name, ids, dryRun }, requestId, idempotencyKey, fingerprint } = request;
  const source = sourceNamed(api, name);
  const first = await api.commands.remember(tenant, { operation: routes.redriveDeadLetters.operation, idempotencyKey, fingerprint });
  if (!sameFingerprint(first, fingerprint)) throw keyReused(request, first);
  const { results, remaining, complete } = await redriveDeadLetters(api.trail, {
    tenant, actor: clientId, requestId, source, dryRun, ...(ids === undefined ? {} : { ids: [...new Set(ids)] }),
  });
  return { status: 200, body: { source: name, dryRun, results, remaining, complete } };
};

/** What a letter shows: never the event's data, and of AWS's own words (they name its resources) nothing to tenants. */
const viewFor = (tenant: TenantId, letter: DeadLetter) => {
  const { id, source, kind, event, error, attempts, since, keptUntil, obstacle } = letter;
  const { code, message } = error ?? {};
  const told = { ...(code === undefined ? {} : { code }), ...(message === undefined || (kind === 'undelivered' && tenant !== PLATFORM_TENANT) ? {} : { message }) };
  return {
    id, source, kind,
    ...(letter.tenant === undefined ? {} : { tenantId: letter.tenant }),
    event: eventView(event),
    ...(Object.keys(told).length === 0 ? {} : { error: told }),
    ...(kind === 'consumer' ? { logFilter: logFilterOf(letter) } : {}),
    ...(attempts === undefined ? {} : { attempts }),
    since: toRfc3339(since),
    ageSeconds: Math.max(0, Math.floor((clock.now() - since) / 1_000)),
    keptUntil: toRfc3339(keptUntil),
    redrivable: obstacle === undefined,
    ...(obstacle === undefined ? {} : { obstacle }),
  };
};

const eventView = ({ at, ...event }: EventSummary) => ({ ...event, ...(at === undefined ? {} : { time: toRfc3339(at) }) });

/** A message does not say why it failed, its consumer's log does: the filter that finds it there (Logs Insights). */
const logFilterOf = ({ messageId }: DeadLetter): string => `message = "event failed" and messageId = "${messageId ?? ''}"`;
