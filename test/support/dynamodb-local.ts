import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../local/engine-port.ts';
import { poll } from '../../local/poll.ts';
import { stateFolder } from '../../local/state-folder.ts';

/**
 * Where the jars of DynamoDB Local are, AWS's own engine (docs/performance-ledger.md says how to get them). Its licence is not ours
 * to pass on, so it is never installed for anybody.
 */
const jars = process.env['DYNAMODB_LOCAL'] ?? join(stateFolder, 'dynamodb-local');

/** Why it is left out, in some words; undefined when it is there. */
export const whyNoDynamoDbLocal = (): string | undefined => {
  if (!existsSync(jars)) return `no jars of it are in ${jars}, and DYNAMODB_LOCAL names no other folder`;
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const [, version = '0'] = /version "(\d+)/.exec(stderr) ?? [];
  return status === 0 && Number(version) >= 17 ? undefined : 'it needs Java 17';
};

export interface RunningDynamoDbLocal {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Starts it in memory, on a free port; the caller stops it. */
export const startDynamoDbLocal = async (): Promise<RunningDynamoDbLocal> => {
  const port = await freePort();
  const main = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const child = spawn('java', [`-Djava.library.path=${jars}`, '-cp', join(jars, '*'), main, '-inMemory', '-disableTelemetry', '-port', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await poll('DynamoDB Local', async () => {
      if (child.exitCode !== null) throw new Error('DynamoDB Local ended while it was starting.');
      return (await fetch(endpoint).catch(() => undefined)) === undefined ? undefined : true;
    }, { timeoutMs: 60_000, everyMs: 200 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, stop };
};
