import { marshall } from '@aws-sdk/util-dynamodb';
import { findCommand, writeWithCommand } from '../shared/aws/command-item.ts';
import { liveKey } from './webhook-endpoint-item.ts';
import type { SecretRotationStore } from './secret-rotation-store.ts';

/**
 * Access patterns:
 * - what a key was first used for   lambdas/shared/aws/command-item.ts
 * - replace an endpoint's secret    one transaction: the command if absent, the endpoint's item (dynamodb-webhook-endpoint-store.ts)
 */
export const dynamoDbSecretRotationStore = (table: string): SecretRotationStore => ({
  rotate: (tenant, { id, sealedSecret: read }, sealedSecret, rotation, command) =>
    writeWithCommand(table, tenant, command, {
      Update: {
        TableName: table,
        Key: marshall(liveKey(tenant, id)),
        UpdateExpression: 'SET sealedSecret = :new, rotation = :rotation',
        ConditionExpression: 'sealedSecret = :read',
        ExpressionAttributeValues: marshall({ ':new': sealedSecret, ':rotation': rotation, ':read': read }),
      },
    }),

  usedFor: (tenant, command) => findCommand(table, tenant, command),
});
