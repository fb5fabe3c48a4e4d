// `npm run doctor`: what is there, what is missing and how to get it. Plain JavaScript for Node 20 without packages,
// because a missing package is one of the things it must be able to tell.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import {
  engineEnvironment,
  findPython,
  installFitsLock,
  isEngineEnvironmentReady,
  project,
  requireNode,
  runsTypeScript,
  state,
} from './prerequisites.mjs';

const leastFreeBytes = 2e9;

const findings = [];
const good = (what) => findings.push({ mark: 'ok', what });
const later = (what, how) => findings.push({ mark: '-', what, how });
const missing = (what, how) => findings.push({ mark: 'MISSING', what, how });

function check(what, probe) {
  try {
    good(probe());
  } catch (error) {
    missing(`${what}: ${error.message}`, error.wayOut);
  }
}

function checkTools() {
  check('Node', () => {
    requireNode();
    return `Node ${process.version} (${process.execPath})`;
  });
  const npm = spawnSync('npm', ['--version'], { encoding: 'utf8' });
  if (npm.status === 0) good(`npm ${npm.stdout.trim()}`);
  else missing('npm', 'It comes with Node: https://nodejs.org/en/download');
  check('Python', () => {
    const { command, version } = findPython();
    return `Python ${version} with venv (${command})`;
  });
  const { bavail, bsize } = statfsSync(project);
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free on the disk`;
  if (bavail * bsize > leastFreeBytes) good(free);
  else missing(`only ${free}`, `Make room for 2 GB: packages, the engine and its scratch files. What earlier starts left can go: ${state}`);
}

function checkInstallation() {
  if (installFitsLock(readFileSync(join(project, 'package-lock.json'), 'utf8'))) good('npm packages as the lockfile says');
  else later('npm packages are not installed as the lockfile says', '`npm start` and `npm test` do it; by hand: npm ci');
  const { folder, interpreter } = engineEnvironment;
  if (!isEngineEnvironmentReady()) {
    later("the local engine's Python environment is not installed", '`npm start` and `npm test` do it; by hand: node scripts/setup.mjs');
  } else if (spawnSync(interpreter, ['-c', 'import ministack.app, cryptography']).status === 0) good(`local engine installed in ${folder}`);
  else missing(`the local engine in ${folder} is damaged`, `Delete that folder, then: node scripts/setup.mjs`);
}

mkdirSync(state, { recursive: true });
checkTools();
checkInstallation();
for (const { mark, what, how } of findings) console.log(`${mark.padEnd(8)} ${what}${how === undefined ? '' : `\n         -> ${how}`}`);

// The rest is TypeScript, which the Node of the installed packages runs.
const bundled = join(project, 'node_modules', '.bin', 'node');
const node = existsSync(bundled) ? bundled : runsTypeScript() ? process.execPath : undefined;
const engine = node === undefined ? { status: 0 } : spawnSync(node, [join(project, 'local', 'doctor.ts')], { stdio: 'inherit' });
if (node === undefined) console.log('-        the engine, its port and certificates: looked at when the npm packages are installed');
process.exitCode = findings.some(({ mark }) => mark === 'MISSING') || engine.status !== 0 ? 1 : 0;
