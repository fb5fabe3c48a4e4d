// Makes a checkout ready: npm packages and the local engine's Python environment, each only when something changed.
// `--packages` leaves the Python environment out, for commands that need no engine.
// Plain JavaScript for Node 20 without packages, because it runs before any package is there.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  engineEnvironment,
  engineStamp,
  findPython,
  installFitsLock,
  isEngineEnvironmentReady,
  Problem,
  project,
  readIfThere,
  requireNode,
  sha256,
  state,
} from './prerequisites.mjs';
import { waitForLock } from './process-lock.mjs';

const logFile = join(state, 'setup.log');
const lockFile = join(state, 'setup.lock');
const packagesOnly = process.argv.includes('--packages');
const heartbeatSeconds = 10;

const seconds = (startedAtMs) => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;

async function step(name, done, work) {
  const startedAtMs = performance.now();
  const heartbeat = setInterval(() => console.log(`         ... ${name}, ${seconds(startedAtMs)}`), heartbeatSeconds * 1000);
  try {
    await work();
    console.log(`[${seconds(startedAtMs).padStart(7)}] ${done}`);
  } finally {
    clearInterval(heartbeat);
  }
}

/** Runs a program to its end with its output in the log. Rejects with the end of the output. */
function run(command, parameters) {
  appendFileSync(logFile, `\n# ${new Date().toISOString()} ${command} ${parameters.join(' ')}\n`);
  return new Promise((succeed, fail) => {
    const child = spawn(command, parameters, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
        appendFileSync(logFile, chunk);
      });
    }
    child.once('error', (error) => fail(new Error(error.message)));
    child.once('close', (code) => (code === 0 ? succeed(output) : fail(new Error(output.trim()))));
  });
}

const networkTrouble = new RegExp(
  [
    'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|timed out',
    'Failed to establish a new connection|Name or service not known|network',
    'proxy|SELF_SIGNED|CERTIFICATE_VERIFY_FAILED|unable to get local issuer',
  ].join('|'),
  'i',
);

function installProblem(what, error, cleanUp) {
  const lines = error.message.split('\n');
  const quote = (chosen) => chosen.map((line) => `  | ${line}`).join('\n');
  const trouble = lines.filter((line) => networkTrouble.test(line)).slice(0, 3);
  return trouble.length > 0
    ? new Problem(
        `${what} could not be downloaded: the package registry does not answer.\n${quote(trouble)}`,
        'Check the network connection and the proxy settings (HTTPS_PROXY, .npmrc, pip.conf), then run the same command again.',
      )
    : new Problem(`${what} could not be installed.\n${quote(lines.slice(-12))}`, `${cleanUp} The whole output is in ${logFile}.`);
}

/** npm as it was started, or the one on the PATH. Never run by the Node inside node_modules, which npm is about to replace. */
function npm() {
  const script = process.env.npm_execpath;
  const inside = join(project, 'node_modules') + sep;
  const node = [process.env.npm_node_execpath, process.execPath].find((path) => path !== undefined && !path.startsWith(inside));
  return script === undefined || node === undefined
    ? { command: 'npm', first: [] }
    : { command: node, first: [script] };
}

const stampFile = join(project, 'node_modules', '.lock-hash');
const readLock = () => readFileSync(join(project, 'package-lock.json'), 'utf8');

function arePackagesReady() {
  const lockText = readLock();
  const stamp = sha256(lockText);
  if (readIfThere(stampFile) === stamp) return true;
  const fits = installFitsLock(lockText);
  if (fits) writeFileSync(stampFile, stamp);
  return fits;
}

async function installPackages() {
  if (arePackagesReady()) return;
  await step('installing npm packages', 'npm packages installed (npm ci)', async () => {
    const { command, first } = npm();
    try {
      // No package needs its install script: whatever is built for this platform comes as a package of its own.
      await run(command, [...first, 'ci', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund']);
    } catch (error) {
      throw installProblem('The npm packages', error, 'Delete node_modules and try again.');
    }
    writeFileSync(stampFile, sha256(readLock()));
  });
}

async function makeEngineEnvironment(python) {
  const { folder, interpreter, requirements, stampFile } = engineEnvironment;
  await step("installing the engine's Python environment", `local engine installed (Python ${python.version})`, async () => {
    rmSync(folder, { recursive: true, force: true });
    try {
      await run(python.command, ['-m', 'venv', folder]);
    } catch (error) {
      throw new Problem(
        `The virtual environment could not be made.\n${error.message}`,
        'Debian, Ubuntu: sudo apt-get install python3-venv. Then run the same command again.',
      );
    }
    try {
      await run(interpreter, [
        '-m',
        'pip',
        'install',
        '--no-deps',
        '--no-input',
        '--prefer-binary',
        '--disable-pip-version-check',
        '--requirement',
        requirements,
      ]);
    } catch (error) {
      throw installProblem('The Python packages of the local engine', error, `Delete ${folder} and try again.`);
    }
    writeFileSync(stampFile, engineStamp());
  });
}

function makeStateFolder() {
  mkdirSync(state, { recursive: true });
  // Without a package.json of its own, Node would read the engine's CommonJS workers as ES modules.
  writeFileSync(join(state, 'package.json'), '{}\n');
}

const isEngineReady = () => packagesOnly || isEngineEnvironmentReady();

async function makeReady() {
  // Looked for before anything is downloaded: a missing Python should not be news after a minute.
  const python = isEngineReady() ? undefined : findPython();
  // Both at once; when one fails the other ends first, so that nothing goes on behind the message.
  const outcomes = await Promise.allSettled([installPackages(), python === undefined ? undefined : makeEngineEnvironment(python)]);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Two at once would delete what the other has just installed. */
async function makeReadyAlone() {
  const release = await waitForLock(lockFile, ({ pid }) => console.log(`          another set-up of this checkout (process ${pid}) is at work: waiting for it`));
  try {
    await makeReady();
  } finally {
    release();
  }
}

try {
  requireNode();
  makeStateFolder();
  if (!arePackagesReady() || !isEngineReady()) await makeReadyAlone();
} catch (error) {
  if (existsSync(state)) appendFileSync(logFile, `\n${error.stack}\n`);
  console.error(
    `\nERROR    ${error.message}\nWAY OUT  ${error.wayOut ?? `The details are in ${logFile}; \`npm run doctor\` shows what is missing.`}`,
  );
  process.exitCode = 1;
}
