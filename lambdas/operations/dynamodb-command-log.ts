import { createHash } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { key } from '../shared/ids/ids.ts';
import type { CommandLog } from './command-log.ts';

/**
 * Access patterns (operations table):
 * - what a key was first used for: put `<tenant>#CMD#<hash(operation, key)>` / COMMAND if absent, else what is there
 */
export const dynamoDbCommandLog = (table: string): CommandLog => ({
  remember: async (tenant, { operation, idempotencyKey, fingerprint }) => {
    // Hashed, since a caller's key may hold the separator of ours.
    const pk = key(tenant, 'CMD', createHash('sha256').update(JSON.stringify([operation, idempotencyKey])).digest('hex'));
    try {
      await dynamoDb().send(new PutItemCommand(putIfAbsent(table, { pk, sk: 'COMMAND', fingerprint })));
      return fingerprint;
    } catch (error) {
      const earlier = failedCondition(error)?.item?.['fingerprint'];
      if (!(earlier instanceof Uint8Array)) throw error;
      return earlier;
    }
  },
});
