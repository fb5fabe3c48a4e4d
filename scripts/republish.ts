import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { openSession, sessionOptions, SessionProblem, sessionUsage } from './operations/api-session.ts';
import { runCommand, UsageProblem } from './operations/run-command.ts';
import type { ApiSession } from './operations/api-session.ts';

const usage = `npm run republish -- --since TIME [--until TIME] [--for-real]

Says again the public events that the event log lacks, as after a relay that was off for longer than its stream keeps
records. Looks only, unless --for-real. Times are RFC 3339: 2026-11-22T04:00:00Z.
${sessionUsage}`;

const partSchema = z.object({
  checked: z.int(),
  missingCount: z.int(),
  missing: z.array(z.object({ eventId: z.string(), type: z.string(), time: z.string(), tenantId: z.string().optional() })),
  said: z.int(),
  unreadable: z.int(),
  nextCursor: z.string().nullable(),
});
type Part = z.infer<typeof partSchema>;

const TRIES = 3;

/** The same request, with the same key, is safe to repeat. */
const ask = async (api: ApiSession, body: object): Promise<Part> => {
  const key = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return partSchema.parse(await api.post('/v1/operations/republish', body, key));
    } catch (error) {
      if (!(error instanceof SessionProblem) || !error.isTransient || attempt === TRIES) throw error;
      console.error(`${error.message} Once more.`);
    }
  }
};

const print = ({ missing, missingCount }: Part): void => {
  for (const { time, eventId, type, tenantId } of missing) console.log([time, tenantId, eventId, type].filter((part) => part !== undefined).join('  '));
  if (missingCount > missing.length) console.log(`... and ${missingCount - missing.length} more of this part`);
};

const run = async (api: ApiSession, body: { readonly since: string; readonly until?: string; readonly dryRun: boolean }): Promise<void> => {
  let [checked, missing, said, unreadable] = [0, 0, 0, 0];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const part = await ask(api, { ...body, ...(cursor === undefined ? {} : { cursor }) });
    print(part);
    [checked, missing, said, unreadable] = [checked + part.checked, missing + part.missingCount, said + part.said, unreadable + part.unreadable];
    cursor = part.nextCursor;
  }
  console.log(`${checked} events checked, ${missing} missing, ${said} said again.${body.dryRun && missing > 0 ? ' Nothing was changed: add --for-real to say them.' : ''}`);
  if (unreadable > 0) {
    console.error(`${unreadable} items cannot be read: see the logs of the retelling functions.`);
    process.exitCode = 1;
  }
};

const readArguments = () =>
  parseArgs({ options: { ...sessionOptions, 'since': { type: 'string' }, 'until': { type: 'string' }, 'for-real': { type: 'boolean', default: false } } });

await runCommand(usage, async () => {
  const { since, until, 'for-real': forReal, ...where } = readArguments().values;
  if (since === undefined) throw new UsageProblem('Say from when on to look: --since.');
  await run(await openSession(where, process.env), { since, ...(until === undefined ? {} : { until }), dryRun: !forReal });
});
