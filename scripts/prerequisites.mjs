// What a checkout needs before anything of it can run, and the ways out when it is not there. Shared by setup and
// doctor; plain JavaScript for Node 20 without packages, because it runs before any package is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
// An empty setting is none: the project itself would be the folder, and its package.json be written over.
export const state = resolve(process.env.PIPELINE_STATE_DIR || join(project, '.local'));

const requirements = join(project, 'local', 'engine-requirements.txt');
const environment = join(state, 'engine-venv');

/** The Python environment of the local engine: its folder, its interpreter, the list it is made from. */
export const engineEnvironment = {
  folder: environment,
  interpreter: join(environment, 'bin', 'python3'),
  requirements,
  stampFile: join(environment, '.requirements-hash'),
};

/** Platforms whose Node 24 comes with the npm packages (optionalDependencies). */
const bundledNode = ['linux-x64', 'linux-arm64'];
const leastNode = { install: [20, 0], run: [24, 5] };
const leastPython = [3, 10];

/** Something a person can put right: what is wrong, and the way out. */
export class Problem extends Error {
  constructor(message, wayOut) {
    super(message);
    this.wayOut = wayOut;
  }
}

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
export const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
const versionNumbers = (text) => text.replace(/^v/, '').split('.').map(Number);
const isAtLeast = ([major, minor], [leastMajor, leastMinor]) => major > leastMajor || (major === leastMajor && minor >= leastMinor);

/** Throws unless this Node can install, and the one that will run afterwards can run. */
export function requireNode() {
  if (process.platform === 'win32')
    throw new Problem('This does not run on Windows itself.', 'Use WSL: https://learn.microsoft.com/windows/wsl/install');
  const version = versionNumbers(process.version);
  if (!isAtLeast(version, leastNode.install))
    throw new Problem(`Node ${process.version} is too old.`, 'Install Node 20 or newer: https://nodejs.org/en/download');
  const platform = `${process.platform}-${process.arch}`;
  if (!bundledNode.includes(platform) && !isAtLeast(version, leastNode.run)) {
    throw new Problem(
      `On ${platform} the Node of this machine is used, and ${process.version} is too old for it.`,
      'Install Node 24.5 or newer: https://nodejs.org/en/download',
    );
  }
}

/** True when this Node runs TypeScript files as they are. */
export const runsTypeScript = () => isAtLeast(versionNumbers(process.version), leastNode.run);

/** True when what npm says it has installed is what the lockfile asks for, whoever ran npm. */
export function installFitsLock(lockText) {
  const installedText = readIfThere(join(project, 'node_modules', '.package-lock.json'));
  if (installedText === undefined) return false;
  const locked = JSON.parse(lockText).packages;
  const installed = JSON.parse(installedText).packages;
  const isSame = (name) => locked[name]?.version === installed[name]?.version && locked[name]?.integrity === installed[name]?.integrity;
  // Optional packages of other platforms are in the lockfile only.
  const nothingMissing = Object.entries(locked).every(
    ([name, { optional }]) => name === '' || (name in installed ? isSame(name) : optional === true),
  );
  return nothingMissing && Object.keys(installed).every((name) => name in locked);
}

const printVersion = 'import sys; print("%d.%d" % sys.version_info[:2])';

/** Debian ships Python without ensurepip; `venv` alone imports there and then fails. */
const canMakeEnvironments = 'import ensurepip, venv';

/** What a Python that does not run says of it: a version manager's shim, for one, is there without any Python behind it. */
const failureOf = ({ error, stderr, status }) => error?.message ?? stderr.split('\n').find((line) => line.trim() !== '')?.trim() ?? `exit ${status}`;

/** The first Python on this machine that is new enough and can make virtual environments. */
export function findPython() {
  const named = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  const seen = [];
  for (const command of [process.env.PYTHON, ...named].filter(Boolean)) {
    const version = spawnSync(command, ['-c', printVersion], { encoding: 'utf8' });
    if (version.error?.code === 'ENOENT') continue;
    if (version.status !== 0) {
      seen.push(`${command}, which does not run (${failureOf(version)})`);
      continue;
    }
    const isNewEnough = isAtLeast(versionNumbers(version.stdout.trim()), leastPython);
    if (isNewEnough && spawnSync(command, ['-c', canMakeEnvironments]).status === 0) return { command, version: version.stdout.trim() };
    seen.push(`${command} ${version.stdout.trim()}${isNewEnough ? ' (without venv)' : ' (too old)'}`);
  }
  const needs = `Python ${leastPython.join('.')} or newer with its venv module is needed for the local engine`;
  throw new Problem(
    seen.length === 0 ? `${needs}, and there is no Python here.` : `${needs}; found ${seen.join(', ')}.`,
    [
      'Debian, Ubuntu: sudo apt-get install python3 python3-venv',
      'Fedora: sudo dnf install python3',
      'macOS: brew install python3',
      'elsewhere: https://www.python.org/downloads',
      'another Python can be named: PYTHON=/path/to/python3',
    ].join('\n         '),
  );
}

/** True when the engine's environment was made here, from the list as it is now, by a Python that is still there. */
export function isEngineEnvironmentReady() {
  return readIfThere(engineEnvironment.stampFile) === engineStamp() && existsSync(engineEnvironment.interpreter);
}

/** A virtual environment holds absolute paths, so a moved checkout needs a new one. */
export const engineStamp = () => sha256(readFileSync(requirements), environment);
