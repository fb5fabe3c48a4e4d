import { ConditionalCheckFailedException, GetItemCommand, paginateScan, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { clientKey, clientSchema, isClientId, tenantKey, tenantSchema } from '../../lambdas/identity/client.ts';
import { isTenantId } from '../../lambdas/shared/ids/ids.ts';
import { TenantProblem } from './ports.ts';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Client, Tenant } from '../../lambdas/identity/client.ts';
import type { TenantRegistry } from './ports.ts';

type Key = Readonly<Record<'pk' | 'sk', string>>;

/**
 * Access patterns (identity table; the authorizer reads clients by id):
 * - a tenant, `TENANT#<tenant>` / TENANT, and a client, `CLIENT#<client>` / CLIENT, by id
 * - all of both: a scan, for people, over a table of some thousand small items
 */
export const dynamoDbTenantRegistry = (dynamoDb: DynamoDBClient, table: string): TenantRegistry => {
  const get = async (key: Key): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true }));
    return Item === undefined ? undefined : unmarshall(Item);
  };
  const put = (key: Key, item: Client | Tenant): TransactWriteItem => ({
    Put: { TableName: table, Item: marshall({ ...key, ...item }), ConditionExpression: 'attribute_not_exists(pk)' },
  });

  return {
    findTenant: async (tenantId) => {
      const item = isTenantId(tenantId) ? await get(tenantKey(tenantId)) : undefined;
      return item === undefined ? undefined : tenantSchema.parse(item);
    },

    findClient: async (clientId) => {
      const item = isClientId(clientId) ? await get(clientKey(clientId)) : undefined;
      return item === undefined ? undefined : clientSchema.parse(item);
    },

    add: async (client, newTenant) => {
      const items = [put(clientKey(client.clientId), client), ...(newTenant === undefined ? [] : [put(tenantKey(newTenant.tenantId), newTenant)])];
      await dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: items }));
    },

    markRevoked: async (clientId) => {
      if (!isClientId(clientId)) throw unknownClient(clientId);
      try {
        await dynamoDb.send(new UpdateItemCommand({
          TableName: table,
          Key: marshall(clientKey(clientId)),
          UpdateExpression: 'SET #status = :revoked',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({ ':revoked': 'revoked' }),
        }));
      } catch (error) {
        throw error instanceof ConditionalCheckFailedException ? unknownClient(clientId) : error;
      }
    },

    list: async () => {
      const tenants: Tenant[] = [];
      const clients: Client[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName: table })) {
        for (const item of Items.map((raw) => unmarshall(raw))) {
          if (item['sk'] === 'TENANT') tenants.push(tenantSchema.parse(item));
          if (item['sk'] === 'CLIENT') clients.push(clientSchema.parse(item));
        }
      }
      return { tenants, clients };
    },
  };
};

const unknownClient = (clientId: string): TenantProblem => new TenantProblem(`There is no client ${clientId}. \`npm run tenants -- list\` shows them.`);
