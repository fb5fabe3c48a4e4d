import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCertificates, trustLocalAuthority, type Certificates } from './certificates.ts';
import { accountId, cloudEnvironment, region, rootCredentials } from './cloud-environment.ts';
import { stopEngineProcess, writeRecord } from './engine-process.ts';
import { requireFreePort } from './engine-port.ts';
import { Problem } from './problem.ts';
import { enginePython, lastLines, prepareRunFolder, projectFolder, type RunPaths } from './state-folder.ts';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;

/** Handlers run in warm Node processes of about 80 MB each. */
const MOST_WORKERS = 60;

/** The run folder is an argument only so that the command line tells whose engine a process is. */
const launch = 'import sys; sys.argv[1:] = []; from ministack.app import main; main()';

export interface Engine {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  readonly caFile: string;
  readonly paths: RunPaths;
  /** For tools and programs that talk to the engine as the account's root. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export interface EngineOptions {
  readonly port: number;
  readonly runFolder: string;
  readonly interrupted: AbortSignal;
}

/**
 * Everything the engine sees of this machine, and nothing else: its handlers inherit all of it, so a variable of
 * the person's own shell would make a handler behave here as it never would in a cloud account.
 */
function engineEnvironment(port: number, certificates: Certificates, paths: RunPaths): Record<string, string> {
  return {
    // The first `node` here is the one that runs the handlers, whatever their Runtime says.
    PATH: [dirname(process.execPath), dirname(enginePython), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    // CDK's own custom resources require the SDK that the Lambda runtime would bring.
    NODE_PATH: join(projectFolder, 'node_modules'),
    HOME: paths.scratch,
    TMPDIR: paths.scratch,
    S3_DATA_DIR: join(paths.scratch, 's3'),
    PYTHONUNBUFFERED: '1',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: certificates.certificateFile,
    MINISTACK_SSL_KEY: certificates.keyFile,
    MINISTACK_ACCOUNT_ID: accountId,
    MINISTACK_REGION: region,
    LAMBDA_EXECUTOR: 'local',
    LAMBDA_ACCOUNT_CONCURRENCY: String(MOST_WORKERS),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    NODE_EXTRA_CA_CERTS: certificates.caFile,
    AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
  };
}

function isReady(port: number, caFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/_ministack/ready', ca: readFileSync(caFile), timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(false));
    probe.end();
  });
}

async function waitUntilReady(child: ChildProcess, port: number, caFile: string, paths: RunPaths, interrupted: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(port, caFile))) {
    interrupted.throwIfAborted();
    const died = child.exitCode !== null || child.signalCode !== null;
    if (died || performance.now() > deadline) {
      const what = died ? 'ended while it was starting' : 'was not ready within a minute';
      throw new Problem(
        `The local engine ${what}. Its last words:\n${lastLines(paths.engineLog, 12)}`,
        `Run \`npm run doctor\`; the whole log is ${paths.engineLog}.`,
      );
    }
    await sleep(POLL_MS);
  }
}

/**
 * Starts a fresh engine on 127.0.0.1 over TLS with IAM enforced and resolves when it answers. It leads its own
 * process group, so a Ctrl-C in the terminal does not reach it: whoever starts it must stop it.
 * Throws a Problem when the port is taken, the environment is not installed, or the engine does not come up, and the
 * signal's reason when it is aborted meanwhile; no engine is left then.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { port, runFolder, interrupted } = options;
  if (!existsSync(enginePython)) throw new Problem("The engine's Python environment is not installed.", 'Run `node scripts/setup.mjs`.');
  await requireFreePort(port);
  const certificates = await ensureCertificates();
  trustLocalAuthority(certificates.caFile);
  const paths = prepareRunFolder(runFolder);
  const log = openSync(paths.engineLog, 'w');
  const child = spawn(enginePython, ['-c', launch, runFolder], {
    cwd: paths.scratch,
    env: engineEnvironment(port, certificates, paths),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  await Promise.race([failed, new Promise((resolve) => child.once('spawn', resolve))]);
  const pid = child.pid;
  if (pid === undefined) throw new Problem('The local engine could not be started.', 'Run `npm run doctor`.');
  writeRecord(runFolder, { pid, port });
  const stop = async (): Promise<void> => {
    await stopEngineProcess(runFolder, pid);
  };
  try {
    await waitUntilReady(child, port, certificates.caFile, paths, interrupted);
  } catch (error) {
    await stop();
    throw error;
  }
  child.unref();
  const endpoint = `https://127.0.0.1:${port}`;
  return {
    endpoint,
    port,
    pid,
    caFile: certificates.caFile,
    paths,
    env: cloudEnvironment({ endpoint, caFile: certificates.caFile, runFolder }),
    stop,
  };
}
