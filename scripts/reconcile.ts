import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { openSession, sessionOptions, SessionProblem, sessionUsage } from './operations/api-session.ts';
import { StageProblem } from './stage-outputs.ts';
import type { ApiSession } from './operations/api-session.ts';

const usage = `npm run reconcile -- [--account ID | --payment ID] [--tenant ID]
npm run reconcile -- --show ID

Compares the books, all of them or one account or payment, waits for the end and prints each break. Nothing is changed.
--show prints an earlier comparison. --tenant is for operators of the platform. Exit code 1 when there are breaks.
${sessionUsage}`;

const POLL_MS = 3_000;
const PATH = '/v1/operations/reconciliations';

const breakSchema = z.object({ kind: z.string(), reason: z.string(), nextStep: z.string() }).catchall(z.unknown());
const runSchema = z.object({
  id: z.string(), status: z.enum(['running', 'finished']), compared: z.record(z.string(), z.number()).optional(),
  breaks: z.object({ data: z.array(breakSchema), nextCursor: z.string().nullable() }),
});
type Run = z.infer<typeof runSchema>;

const read = async (api: ApiSession, id: string, cursor?: string): Promise<Run> =>
  runSchema.parse(await api.get(`${PATH}/${encodeURIComponent(id)}?limit=100${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`));

const finished = async (api: ApiSession, id: string): Promise<Run> => {
  for (;;) {
    const run = await read(api, id);
    if (run.status === 'finished') return run;
    await sleep(POLL_MS);
  }
};

const print = async (api: ApiSession, first: Run): Promise<void> => {
  let [run, found] = [first, 0];
  for (;;) {
    for (const { kind, reason, nextStep, ...about } of run.breaks.data) {
      const ids = Object.entries(about).filter(([name]) => name.endsWith('Id') || name === 'currency' || name === 'item').map(([name, value]) => `${name} ${String(value)}`);
      console.log(`${kind}  ${ids.join('  ')}\n  ${reason}\n  ${nextStep}`);
    }
    found += run.breaks.data.length;
    if (run.breaks.nextCursor === null) break;
    run = await read(api, run.id, run.breaks.nextCursor);
  }
  const compared = Object.entries(first.compared ?? {}).map(([name, count]) => `${count} ${name}`).join(', ');
  console.log(`${first.id}: ${first.status}${compared === '' ? '' : `; compared: ${compared}`}; ${found} breaks.`);
  if (found > 0) process.exitCode = 1;
};

const options = {
  ...sessionOptions, account: { type: 'string' }, payment: { type: 'string' }, tenant: { type: 'string' }, show: { type: 'string' }, help: { type: 'boolean' },
} as const;

const parsed = () => {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
};

const run = async ({ account, payment, tenant, show, ...session }: NonNullable<ReturnType<typeof parsed>>): Promise<void> => {
  const api = await openSession(session, process.env);
  if (show !== undefined) return print(api, await read(api, show));
  const body = { ...(account === undefined ? {} : { accountId: account }), ...(payment === undefined ? {} : { paymentId: payment }), ...(tenant === undefined ? {} : { tenantId: tenant }) };
  const { id } = z.object({ id: z.string() }).parse(await api.post(PATH, body, randomUUID()));
  console.error(`${id} begins within a minute.`);
  return print(api, await finished(api, id));
};

const values = parsed();
if (values === undefined) process.exitCode = 2;
else if (values.help === true) console.log(usage);
else {
  try {
    await run(values);
  } catch (error) {
    if (!(error instanceof SessionProblem || error instanceof StageProblem)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
