import { beforeEach } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient, PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { InMemoryAws } from '../../../../support/aws/in-memory-aws.ts';
import { clientsOn } from '../clients.ts';

export type Values = Record<string, AttributeValue>;

export const TableName = 'things';
export const START = Date.UTC(2026, 0, 1);
export const key = (id: string): Values => ({ pk: { S: id } });

/** A table with a stream and two indexes, fresh for each test. */
export interface World {
  aws: InMemoryAws;
  client: DynamoDBClient;
  now: number;
  put(item: Values, options?: Partial<PutItemCommandInput>): Promise<PutItemCommandOutput>;
}

export function freshWorld(): World {
  const world: World = {
    ...open(() => world.now),
    now: START,
    put: (item, options = {}) => world.client.send(new PutItemCommand({ TableName, Item: item, ...options })),
  };
  beforeEach(() => {
    Object.assign(world, open(() => world.now), { now: START });
  });
  return world;
}

function open(now: () => number): Pick<World, 'aws' | 'client'> {
  const aws = new InMemoryAws({ now });
  aws.createTable({
    name: TableName, partitionKey: 'pk', stream: true, ttlAttribute: 'expiresAt',
    indexes: [
      { name: 'by-group', partitionKey: 'group', projection: 'KEYS_ONLY' }, { name: 'all', partitionKey: 'group', projection: 'ALL' },
    ],
  });
  return { aws, client: clientsOn(aws).dynamoDb };
}
