import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The checkout: the folder that holds bin/, lib/ and lambdas/. */
export const projectFolder = resolve(import.meta.dirname, '..');

const { PIPELINE_STATE_DIR: given = '' } = process.env;
/**
 * What is installed or made once and shared by every engine of this checkout: environment, certificates, assemblies. An empty
 * setting is none: the project itself would be the folder, and its package.json be written over.
 */
export const stateFolder = resolve(given === '' ? join(projectFolder, '.local') : given);

/** Python of the engine's own environment, made by scripts/setup.mjs. */
export const enginePython = join(stateFolder, 'engine-venv', 'bin', 'python3');
export const certificatesFolder = join(stateFolder, 'certificates');
export const assembliesFolder = join(stateFolder, 'assemblies');

/** Where `npm start` runs its engine; the end-to-end tests use a folder beside it. */
export const defaultRunFolder = join(stateFolder, 'engine');

export interface RunPaths {
  readonly folder: string;
  /** Removed and made again at each start: every start is a fresh engine. */
  readonly scratch: string;
  readonly assembly: string;
  readonly engineLog: string;
  readonly toolsLog: string;
  readonly record: string;
  /** Held by the process that runs this engine. */
  readonly lock: string;
}

export function runPaths(folder: string): RunPaths {
  return {
    folder,
    scratch: join(folder, 'scratch'),
    assembly: join(folder, 'cdk.out'),
    engineLog: join(folder, 'engine.log'),
    toolsLog: join(folder, 'tools.log'),
    record: join(folder, 'engine.json'),
    lock: join(folder, 'start.lock'),
  };
}

/**
 * Makes the state folder with a package.json of its own. The engine writes CommonJS workers below it; without
 * this file Node takes the `"type": "module"` of the checkout and every handler dies as it starts.
 */
export function ensureStateFolder(): void {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(join(stateFolder, 'package.json'), '{}\n');
}

/** Makes the folders of one engine, without what an earlier one left. */
export function prepareRunFolder(folder: string): RunPaths {
  ensureStateFolder();
  const paths = runPaths(folder);
  rmSync(paths.scratch, { recursive: true, force: true });
  rmSync(paths.toolsLog, { force: true });
  mkdirSync(paths.scratch, { recursive: true });
  // A run folder may lie outside the state folder (a temporary one of a test).
  writeFileSync(join(paths.folder, 'package.json'), '{}\n');
  return paths;
}

export const readText = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** The last lines of a log, for a message that must explain itself. */
export function lastLines(file: string, count: number): string {
  const lines = (readText(file) ?? '').trimEnd().split('\n');
  return lines.slice(-count).join('\n');
}
