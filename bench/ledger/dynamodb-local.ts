import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../local/engine-port.ts';
import { poll } from '../../local/poll.ts';
import { stateFolder } from '../../local/state-folder.ts';

/** Where the jars of DynamoDB Local are looked for; its licence forbids to ship them. */
const jars = (): string => process.env['DYNAMODB_LOCAL_LIB'] ?? join(stateFolder, 'dynamodb-local');

/** Why it cannot be measured; undefined when it can. */
export const whyNoDynamoDbLocal = (): string | undefined => {
  if (spawnSync('java', ['-version']).status !== 0) return 'there is no Java';
  const folder = jars();
  return existsSync(folder) ? undefined : `there are no jars of DynamoDB Local in ${folder} (docs/performance.md says how to get them)`;
};

/** Starts it in memory, on a free port; the caller stops it. */
export const startDynamoDbLocal = async (): Promise<{ endpoint: string; stop: () => Promise<void> }> => {
  const port = await freePort();
  const child = spawn('java', [
    `-Djava.library.path=${jars()}`, '-cp', join(jars(), '*'), 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner', '-inMemory', '-port', String(port), '-disableTelemetry',
  ], { stdio: 'ignore' });
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
    }, { timeoutMs: 30_000, everyMs: 200 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, stop };
};
