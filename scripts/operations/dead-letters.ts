import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { UsageProblem } from './run-command.ts';
import type { ApiSession } from './api-session.ts';

const letterSchema = z.object({
  id: z.string(), source: z.string(), kind: z.string(), tenantId: z.string().optional(),
  event: z.object({ id: z.string().optional(), type: z.string().optional(), subject: z.string().optional(), time: z.string().optional(), correlationId: z.string().optional(), paymentId: z.string().optional() }),
  error: z.object({ code: z.string().optional(), message: z.string().optional() }).optional(),
  logFilter: z.string().optional(), attempts: z.number().optional(), since: z.string(), ageSeconds: z.number(), keptUntil: z.string(),
  redrivable: z.boolean(), obstacle: z.string().optional(),
});
const listSchema = z.object({ data: z.array(letterSchema), incomplete: z.array(z.string()) });
const redriveSchema = z.object({
  source: z.string(), dryRun: z.boolean(), remaining: z.number(), complete: z.boolean(),
  results: z.array(z.object({ id: z.string(), status: z.enum(['redriven', 'kept', 'failed', 'busy', 'not_found']), reason: z.string().optional() })),
});
export type DeadLetter = z.infer<typeof letterSchema>;
export type DeadLetters = z.infer<typeof listSchema>;
export type Redrive = z.infer<typeof redriveSchema>;

const ROUTE = '/v1/operations/dead-letters';
/** Of one source, 100 letters each. */
const MAX_CALLS = 100;

export const listDeadLetters = async (api: ApiSession, source: string | undefined): Promise<DeadLetters> =>
  listSchema.parse(await api.get(source === undefined ? ROUTE : `${ROUTE}?source=${encodeURIComponent(source)}`));

export const showDeadLetter = async (api: ApiSession, id: string): Promise<DeadLetter> => letterSchema.parse(await api.get(`${ROUTE}/${encodeURIComponent(id)}`));

export interface RedriveOptions {
  readonly source?: string | undefined;
  readonly ids: readonly string[];
  readonly forReal: boolean;
}

/**
 * Redrives what is named, or all of a source, call by call until nothing more moves. Bounded: what fails again at once comes
 * back while the rest goes, and would be sent round for ever.
 * @throws UsageProblem when neither is named: everything of everywhere at once is nobody's intention
 */
export const redriveDeadLetters = async (api: ApiSession, { source, ids, forReal }: RedriveOptions): Promise<readonly Redrive[]> => {
  if (source === undefined && ids.length === 0) throw new UsageProblem('Say what to redrive: --source, or --id.');
  const answers: Redrive[] = [];
  for (const [one, own] of source === undefined ? await bySource(api, ids) : [[source, ids] as const]) {
    for (let call = 1; call <= MAX_CALLS; call += 1) {
      const body = { source: one, dryRun: !forReal, ...(own.length === 0 ? {} : { ids: own }) };
      const answer = redriveSchema.parse(await api.post(`${ROUTE}/redrive`, body, randomUUID()));
      answers.push(answer);
      const moved = answer.results.some(({ status }) => status === 'redriven');
      if (!forReal || own.length > 0 || answer.complete || !moved) break;
    }
  }
  return answers;
};

const bySource = async (api: ApiSession, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  const sources = new Map<string, readonly string[]>();
  for (const id of ids) {
    const { source } = await showDeadLetter(api, id);
    sources.set(source, [...(sources.get(source) ?? []), id]);
  }
  return sources;
};
