import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rootCredentials } from '../../local/cloud-environment.ts';
import { freePort } from '../../local/engine-port.ts';
import { startEngine } from '../../local/engine.ts';
import { stateFolder } from '../../local/state-folder.ts';
import { startDynamoDbLocal, whyNoDynamoDbLocal } from '../support/dynamodb-local.ts';
import { dynamoDbLocalDeviations, engineDeviations } from './deviations.ts';
import { endpointSubject } from './subjects.ts';
import { describeDifferential } from './suite.ts';
import { changesOfExpiredItem } from './time-to-live.ts';
import type { Engine } from '../../local/engine.ts';
import type { RunningDynamoDbLocal } from '../support/dynamodb-local.ts';
import type { Subject } from './subjects.ts';

/** Both ends included; another sequence of operations for each. */
const [from = 1, to = 20] = (process.env['DIFFERENTIAL_SEEDS'] ?? '1..20').split('..').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
const operationsPerSeed = 500;

let engine: Engine;
let onEngine: Subject;
beforeAll(async () => {
  engine = await startEngine({ port: await freePort(), runFolder: `${stateFolder}/differential`, interrupted: new AbortController().signal });
  onEngine = endpointSubject(engine.endpoint, rootCredentials.accessKeyId);
}, 90_000);
afterAll(() => engine.stop());

describeDifferential({ name: 'the local engine', engine: () => onEngine, deviations: engineDeviations, seeds, operationsPerSeed });

it('differ as they are known to: the engine deletes an item whose time is over without telling its stream', async () => {
  const { expected, told } = await changesOfExpiredItem(onEngine, 'expiring');
  expect(told).toEqual(expected.slice(0, 2));
  expect(expected.map(({ byTtl }) => byTtl)).toEqual([false, false, true]);
}, 120_000);

const absent = whyNoDynamoDbLocal();
if (absent !== undefined) process.stdout.write(`DynamoDB Local is left out: ${absent}.\n`);
else {
  let local: RunningDynamoDbLocal;
  let onLocal: Subject;
  beforeAll(async () => {
    local = await startDynamoDbLocal();
    onLocal = endpointSubject(local.endpoint, `test${process.pid}`);
  }, 90_000);
  afterAll(() => local.stop());
  describeDifferential({ name: 'DynamoDB Local', engine: () => onLocal, deviations: dynamoDbLocalDeviations, seeds, operationsPerSeed });

  it('tells in its stream as its own doing that an item was deleted whose time was over, as DynamoDB Local does', async () => {
    const { expected, told } = await changesOfExpiredItem(onLocal, 'expiring');
    expect(told).toEqual(expected);
  }, 120_000);
}
