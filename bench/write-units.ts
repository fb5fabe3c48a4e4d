import { join } from 'node:path';
import { unlessAborted } from '../local/interruption.ts';
import { stateFolder } from '../local/state-folder.ts';
import { measurePaymentUnits } from './ledger/payment-units.ts';
import { brokenUnitLimits, describeUnits } from './ledger/report.ts';
import { machine } from './machine.ts';
import { runBench } from './program.ts';
import type { PaymentUnits } from './ledger/payment-units.ts';
import type { Machine } from './machine.ts';

/**
 * `npm run bench:units`: write units of a payment as the tables grow, the part of `npm run bench:ledger` that needs no engine and is
 * the same on any machine. Exits 1 when they grow. With `-- --json` standard output is one JSON object and nothing else.
 */
interface Report {
  readonly machine: Machine;
  readonly writeUnits: readonly PaymentUnits[];
}

const run = async (interrupted: AbortSignal): Promise<Report> => ({
  machine: machine(), writeUnits: await unlessAborted(measurePaymentUnits(), interrupted),
});
const runFolder = join(stateFolder, 'bench-units', String(process.pid));

process.exit(await runBench({ runFolder, run, describe: ({ writeUnits }) => `${describeUnits(writeUnits)}\n`, brokenLimits: ({ writeUnits }) => brokenUnitLimits(writeUnits) }));
