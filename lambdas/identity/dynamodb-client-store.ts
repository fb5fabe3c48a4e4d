import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { clientKey, clientSchema } from './client.ts';
import type { ClientStore } from './client-store.ts';

/**
 * Access patterns (identity table; written by scripts/tenants):
 * - a client by its id: `CLIENT#<client>` / CLIENT, strongly consistent, so that a revocation waits for nothing
 *   but the gateway's cache
 */
export const dynamoDbClientStore = (table: string): ClientStore => ({
  find: async (clientId) => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(clientKey(clientId)), ConsistentRead: true }));
    return Item === undefined ? undefined : clientSchema.parse(unmarshall(Item));
  },
});
