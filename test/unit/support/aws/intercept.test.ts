import { beforeEach, describe, expect, it } from '@jest/globals';
import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { transactionCanceled } from '../../../support/aws/dynamodb/transact-write.ts';
import { connectionLost, throttled } from '../../../support/aws/errors.ts';
import { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';
import { clientsOn } from './clients.ts';

const TableName = 'things';
const Key = { pk: { S: 'a' } };
const add = { TableName, Key, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } };

describe('an interceptor', () => {
  let aws: InMemoryAws;
  const count = async (): Promise<string | undefined> => {
    aws.intercept = (_call, proceed) => proceed();
    return (await clientsOn(aws).dynamoDb.send(new GetItemCommand({ TableName, Key }))).Item?.['n']?.N;
  };

  beforeEach(() => {
    aws = new InMemoryAws({ now: () => 0 });
    aws.createTable({ name: TableName, partitionKey: 'pk' });
  });

  it('sees every call, and the log keeps them', async () => {
    const seen: string[] = [];
    aws.intercept = ({ service, operation }, proceed) => {
      seen.push(`${service}.${operation}`);
      return proceed();
    };

    await clientsOn(aws).dynamoDb.send(new PutItemCommand({ TableName, Item: Key }));

    expect(seen).toEqual(['DynamoDB.PutItem']);
    expect(aws.calls).toMatchObject([{ service: 'DynamoDB', operation: 'PutItem', input: { TableName, Item: Key } }]);
  });

  it('can apply another input than the one that came', async () => {
    aws.intercept = ({ input }, proceed) => proceed({ ...(input as object), ReturnConsumedCapacity: 'TOTAL' });

    expect(await clientsOn(aws).dynamoDb.send(new PutItemCommand({ TableName, Item: Key }))).toMatchObject({ ConsumedCapacity: { CapacityUnits: 1 } });
    expect(aws.calls).toMatchObject([{ input: { TableName, Item: Key } }]);
  });

  it('can fail a call before it is applied', async () => {
    aws.intercept = () => {
      throw throttled('DynamoDB');
    };

    await expect(clientsOn(aws).dynamoDb.send(new UpdateItemCommand(add))).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await count()).toBeUndefined();
  });

  it('can lose the answer of a call that was applied', async () => {
    aws.intercept = (_call, proceed) => {
      proceed();
      throw connectionLost();
    };

    await expect(clientsOn(aws).dynamoDb.send(new UpdateItemCommand(add))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await count()).toBe('1');
  });

  it('can make a conflict of transactions, with the reasons by position', async () => {
    aws.intercept = () => {
      throw transactionCanceled([{ Code: 'TransactionConflict' }]);
    };

    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Update: add }] });
    await expect(clientsOn(aws).dynamoDb.send(transaction)).rejects.toMatchObject({
      name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict' }],
    });
  });

  it('lets the SDK repeat a transaction under the token it had, so that a lost answer does not apply it twice', async () => {
    let lost = 0;
    aws.intercept = (_call, proceed) => {
      const output = proceed();
      lost += 1;
      if (lost === 1) throw connectionLost();
      return output;
    };

    await clientsOn(aws, 2).dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: add }] }));

    expect(aws.calls).toHaveLength(2);
    expect(await count()).toBe('1');
  });

  it('applies a plain update twice when its lost answer makes the SDK repeat it', async () => {
    let lost = 0;
    aws.intercept = (_call, proceed) => {
      const output = proceed();
      lost += 1;
      if (lost === 1) throw connectionLost();
      return output;
    };

    await clientsOn(aws, 2).dynamoDb.send(new UpdateItemCommand(add));

    expect(await count()).toBe('2');
  });

  it('can wait before or after a call is applied', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    aws.intercept = async (_call, proceed) => {
      await gate;
      return proceed();
    };

    const answer = clientsOn(aws).dynamoDb.send(new UpdateItemCommand(add));
    release();

    await answer;
    expect(await count()).toBe('1');
  });
});
