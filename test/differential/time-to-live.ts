import { GetItemCommand, PutItemCommand, UpdateItemCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { poll } from '../../local/poll.ts';
import { InMemoryAws } from '../support/aws/in-memory-aws.ts';
import { inMemoryEngine } from '../unit/support/aws/dynamodb/engine.ts';
import { changeOf } from './stream-records.ts';
import type { Change } from './stream-records.ts';
import type { Subject } from './subjects.ts';

/** What the streams tell of an item that was over when it was put, was written once more, and was deleted in the end. */
export async function changesOfExpiredItem(engine: Subject, table: string): Promise<{ readonly expected: readonly Change[]; readonly told: readonly Change[] }> {
  const now = Date.now();
  const aws = new InMemoryAws({ now: () => now });
  const Key = { pk: { S: 'a' } };
  const expiresAt = { N: String(Math.floor(now / 1_000) - 3_600) };
  const put = new PutItemCommand({ TableName: table, Item: { ...Key, expiresAt } });
  // As long as it is there it is like any other: conditions have to compare the time themselves.
  const change = new UpdateItemCommand({
    TableName: table, Key, UpdateExpression: 'ADD n :one', ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  for (const subject of [inMemoryEngine(aws), engine]) {
    await subject.createTable({ name: table, partitionKey: 'pk', stream: true, ttlAttribute: 'expiresAt' });
    for (const command of [put, change]) await subject.client.send(command as PutItemCommand);
  }
  await engine.client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } }));
  aws.expireItems(table);
  await poll('the deletion', async () => ((await engine.client.send(new GetItemCommand({ TableName: table, Key }))).Item === undefined ? true : undefined), { timeoutMs: 90_000, everyMs: 500 });
  return { expected: aws.stream(table).map(changeOf), told: await engine.changes(table) };
}
