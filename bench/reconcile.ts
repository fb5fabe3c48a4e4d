import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dynamoDbReconciliationStore } from '../lambdas/operations/dynamodb-reconciliation-store.ts';
import { newRun } from '../lambdas/operations/start-reconciliation.ts';
import { dynamoDbCarriedEvents } from '../lambdas/outbox/dynamodb-carried-events.ts';
import { listPublicEvents } from '../lambdas/outbox/list-public-events.ts';
import { retellingRequestSchema } from '../lambdas/outbox/retelling-requests.ts';
import { ledgerEvents } from '../lambdas/ledger/ledger-events.ts';
import { paymentEvents } from '../lambdas/payments/payment-events.ts';
import { useTransport } from '../lambdas/shared/aws/transport.ts';
import { environment } from '../lambdas/shared/contract/environment.ts';
import { eventOwners } from '../lambdas/shared/events/registry.ts';
import { PLATFORM_TENANT } from '../lambdas/shared/ids/ids.ts';
import { stageNamed } from '../lib/stages.ts';
import { say, step } from '../local/progress.ts';
import { stateFolder } from '../local/state-folder.ts';
import { InMemoryAws } from '../test/support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../test/support/tables.ts';
import { bundle } from './bundles/bundles.ts';
import { machine } from './machine.ts';
import { fillBooks } from './reconcile/books.ts';
import { serveAws } from './reconcile/serve-aws.ts';
import type { ChildProcess } from 'node:child_process';

/**
 * `npm run bench:reconcile [-- TRANSFERS]`: compares books that are right, and prints the most memory that it took and how long. The
 * deployed handler, bundled as it is deployed, runs in a process of its own; the tables are in this one, reached over HTTP.
 * Exits 1 when a break is found or when that process ever had more than its limit.
 */
const TRANSFERS = Number(process.argv[2] ?? 100_000);
const LIMIT_MB = 200;
/**
 * Node gives its garbage as much room as the machine has to give: on a large one more than all that is in use. In this much the
 * reconciler has to live, so that a run that keeps what it should let go ends out of memory.
 */
const heap = ['--max-old-space-size=96', '--max-semi-space-size=8'];
const folder = join(stateFolder, 'bench-reconcile', String(process.pid));

/** What operations asks of the services: the event log has every event. */
const openServices = (aws: InMemoryAws): void => {
  const sources = { payments: paymentEvents, ledger: ledgerEvents } as const;
  for (const owner of eventOwners) {
    aws.createFunction(owner, async (payload) => {
      const request = retellingRequestSchema.parse(payload);
      if (request.request === 'find-unlogged') return { ids: [] };
      if (request.request !== 'list-public-events') throw new Error(`A comparison does not ask for ${request.request}.`);
      if (owner !== 'payments' && owner !== 'ledger') return { events: [], unreadable: 0 };
      return listPublicEvents(dynamoDbCarriedEvents({ table: tableNameOf(owner) }), sources[owner], request);
    });
  }
};

const settings = (endpoint: string): Record<string, string> => ({
  [environment.stage]: 'bench', [environment.table]: tableNameOf('operations'), [environment.ledgerTable]: tableNameOf('ledger'), [environment.paymentsTable]: tableNameOf('payments'),
  [environment.retellingFunctions]: JSON.stringify(Object.fromEntries(eventOwners.map((owner) => [owner, owner]))),
  [environment.paymentDeadlines]: JSON.stringify(stageNamed('prod').paymentDeadlines), [environment.reconcileEvery]: '0',
  AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'WARN',
});

/** One minute's call. @returns MB that the process ever had at most */
const tick = async (reconciler: ChildProcess): Promise<number> => {
  const ended = once(reconciler, 'exit').then(() => Promise.reject(new Error('The reconciler has ended.')));
  const answered = once(reconciler, 'message').then(([kilobytes]) => Number(kilobytes) / 1_024);
  reconciler.send('tick');
  return Promise.race([answered, ended]);
};

const run = async (): Promise<{ readonly breaks: number | undefined; readonly compared: unknown; readonly seconds: number; readonly peakMb: number; readonly restMb: number }> => {
  const aws = new InMemoryAws({ now: Date.now });
  for (const service of ['ledger', 'payments', 'operations'] as const) createTables(aws, service);
  useTransport(aws.requestHandler);
  openServices(aws);
  await step(`books of ${TRANSFERS.toLocaleString('en')} transfers`, () => fillBooks(TRANSFERS, Date.now()));
  const { file } = await bundle('bench/reconcile/reconciler.ts', folder);
  const { endpoint, stop } = await serveAws(aws);
  const reconciler = fork(file, { env: settings(endpoint), execArgv: heap });
  try {
    const restMb = await tick(reconciler);
    const store = dynamoDbReconciliationStore(tableNameOf('operations'));
    const asked = newRun(PLATFORM_TENANT, 'bench', '1', { kind: 'all' });
    await store.create(asked, new Uint8Array([1]));
    const begun = performance.now();
    let peakMb = restMb;
    const ended = await step('comparing them', async () => {
      for (;;) {
        peakMb = await tick(reconciler);
        const now = await store.find(asked.tenant, asked.id);
        if (now?.status === 'finished') return now;
      }
    });
    return { breaks: ended.breakCount, compared: ended.tally, seconds: Math.round((performance.now() - begun) / 1_000), peakMb: Math.round(peakMb), restMb: Math.round(restMb) };
  } finally {
    reconciler.kill();
    stop();
  }
};

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
mkdirSync(folder, { recursive: true });
try {
  const figures = await run();
  console.log(JSON.stringify({ machine: machine(), transfers: TRANSFERS, ...figures, limitMb: LIMIT_MB }));
  if (figures.breaks !== 0) say(`Not as it should be: ${figures.breaks ?? 'no count of'} breaks in books that are right.`);
  if (figures.peakMb >= LIMIT_MB) say(`Above its limit: ${figures.peakMb} MB of ${LIMIT_MB}.`);
  process.exitCode = figures.breaks === 0 && figures.peakMb < LIMIT_MB ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
