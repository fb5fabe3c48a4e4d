import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import type { WorkingCopy } from '../guards/working-copy.ts';

const failureSchema = z.object({
  seed: z.int(), scenario: z.string(), violations: z.array(z.object({ invariant: z.string(), message: z.string() })), failure: z.string().optional(),
});
/** Of what `npm run simulate -- --json` prints. */
const outcomeSchema = z.object({ runs: z.int(), failed: z.array(failureSchema) });

export type Hunted =
  | { readonly result: 'caught'; readonly seed: number; readonly scenario: string; readonly invariant: string; readonly message: string }
  /** The simulator itself could not go on: that proves nothing about the promises. */
  | { readonly result: 'broken'; readonly why: string }
  | { readonly result: 'missed'; readonly runs: number };

/** A bug may have the simulated world run in circles. */
const LIMIT_MS = 20 * 60_000;

/** Runs the simulation of a copy until it finds something, at most this many seeds. */
export const hunt = async ({ folder, temporary }: WorkingCopy, maxSeeds: number, workers: number, stop: AbortSignal): Promise<Hunted> => {
  const args = ['--seeds', `1..${maxSeeds}`, '--until-failure', '--no-shrinking', '--json', '--workers', String(workers)];
  const { output, complaint } = await finished(folder, temporary, [join('test', 'simulation', 'simulate.ts'), ...args], stop);
  const outcome = outcomeSchema.safeParse(lastLineOf(output));
  if (!outcome.success) return { result: 'broken', why: complaint.trim().split('\n').at(-1) ?? 'It said nothing.' };
  const [first] = [...outcome.data.failed].sort((one, other) => one.seed - other.seed);
  if (first === undefined) return { result: 'missed', runs: outcome.data.runs };
  const [violation] = first.violations;
  if (violation === undefined) return { result: 'broken', why: first.failure?.split('\n')[0] ?? 'It broke no promise that it could name.' };
  return { result: 'caught', seed: first.seed, scenario: first.scenario, invariant: violation.invariant, message: violation.message };
};

const lastLineOf = (output: string): unknown => {
  try {
    return JSON.parse(output.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
};

const finished = (cwd: string, temporary: string, args: readonly string[], stop: AbortSignal): Promise<{ output: string; complaint: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', ...args], { cwd, env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'pipe'], signal: stop, timeout: LIMIT_MS });
    const said = { output: '', complaint: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.complaint += chunk));
    let failed: Error | undefined;
    child.on('error', (error) => (failed = error));
    // Only now is nobody left who reads the copy.
    child.on('close', () => (failed === undefined ? resolve(said) : reject(failed)));
  });
