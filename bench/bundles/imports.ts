import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { stageNamed } from '../../lib/stages.ts';
import { median } from '../statistics.ts';
import type { Bundle } from './bundles.ts';

const run = promisify(execFile);

const ROUNDS = 11;
export const IMPORT_RATIO_LIMIT = 1.5;

/** Times the import alone: starting Node itself is not the bundle's doing. */
const program = 'const t = performance.now(); await import(process.argv[1]); console.log(performance.now() - t); process.exit();';

/** What the functions read while they are loaded; nothing is called with it. */
const settings: Readonly<Record<string, string>> = {
  // Text that can also be read as JSON.
  ...Object.fromEntries(Object.values(environment).map((name) => [name, '{}'])),
  [environment.tokenIssuer]: 'https://issuer.example',
  [environment.jwksUri]: 'https://issuer.example/jwks.json',
  [environment.paymentDeadlines]: JSON.stringify(stageNamed('dev').paymentDeadlines),
  [environment.fraudLimits]: JSON.stringify(stageNamed('dev').fraudLimits),
  [environment.webhookSchedule]: JSON.stringify(stageNamed('dev').webhookSchedule),
  [environment.retellingFunctions]: JSON.stringify({ payments: 'p', fraud: 'f', ledger: 'l', notifications: 'n', operations: 'o' }),
  [environment.deadLetterQueues]: JSON.stringify({ bus: 'https://sqs.us-east-1.amazonaws.com/111111111111/bus', queues: {} }),
  AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', POWERTOOLS_LOG_LEVEL: 'SILENT',
};

/** Milliseconds of one cold import in a fresh process. Throws when the bundle does not load. */
export const importMs = async (bundle: Bundle): Promise<number> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program, bundle.file], { env: settings });
  return Number(stdout);
};

export interface ImportTime {
  readonly name: string;
  readonly ms: number;
  /** Of the reference, imported directly before each of this bundle's imports. */
  readonly referenceMs: number;
  /** Median of the ratios of each pair. */
  readonly ratio: number;
}

/**
 * Medians of 11 cold imports of each bundle, each in a fresh process, in turns with the other bundles and each directly after one
 * of the reference: a slow moment of the machine meets both.
 */
export const importTimes = async (reference: Bundle, bundles: readonly Bundle[]): Promise<ImportTime[]> => {
  const times = bundles.map(({ name }) => ({ name, own: [] as number[], reference: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, bundle] of bundles.entries()) {
      times[index]?.reference.push(await importMs(reference));
      times[index]?.own.push(await importMs(bundle));
    }
  }
  return times.map(({ name, own, reference: base }) => ({ name, ms: median(own), referenceMs: median(base), ratio: median(own.map((ms, round) => ms / (base[round] ?? NaN))) }));
};
