import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { freePort } from '../../local/engine-port.ts';
import { poll } from '../../local/poll.ts';
import { endpointSubject } from './subjects.ts';
import type { Subject } from './subjects.ts';

/**
 * Where the jars of DynamoDB Local are, AWS's own engine (Maven `com.amazonaws:DynamoDBLocal`, with its dependencies).
 * Its licence is not ours to pass on, so it is never installed for anybody.
 */
const folder = process.env['DYNAMODB_LOCAL'];

/** Why it is left out, in one line; undefined when it is there. */
export const whyNoDynamoDbLocal = (): string | undefined => {
  if (folder === undefined || !existsSync(folder)) return 'DYNAMODB_LOCAL does not name the folder of its jars';
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const [, version = '0'] = /version "(\d+)/.exec(stderr) ?? [];
  return status === 0 && Number(version) >= 17 ? undefined : 'it needs Java 17';
};

export interface RunningDynamoDbLocal {
  readonly subject: Subject;
  readonly stop: () => Promise<void>;
}

export async function startDynamoDbLocal(): Promise<RunningDynamoDbLocal> {
  if (folder === undefined) throw new Error('DYNAMODB_LOCAL is not set.');
  const port = await freePort();
  const main = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const args = [`-Djava.library.path=${folder}`, '-cp', join(folder, '*'), main, '-inMemory', '-disableTelemetry', '-port', String(port)];
  const child = spawn('java', args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const subject = endpointSubject(`http://127.0.0.1:${port}`, `test${process.pid}`);
  await poll('DynamoDB Local', () => subject.client.send(new ListTablesCommand({})).catch(() => undefined), { timeoutMs: 60_000 });
  return {
    subject,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
