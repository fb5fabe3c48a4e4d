import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { withConflictRetries } from './conflict-retries.ts';
import { dynamoDb } from './dynamo-db-client.ts';
import { cancellationReasons, isTransient } from './errors.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { CancellationReason } from './errors.ts';

/**
 * Writes all of it or nothing; each action must be safe to repeat. While an item cannot be asked, what the others say is no answer:
 * a repeat whose own item is being written would be told what its first try has left of the rest.
 * @returns a reason per action when a condition did not hold; undefined when all was written
 */
export const transact = async (actions: TransactWriteItem[]): Promise<CancellationReason[] | undefined> => {
  try {
    await withConflictRetries(() => dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: actions })));
    return undefined;
  } catch (error) {
    const reasons = isTransient(error) ? undefined : cancellationReasons(error);
    if (reasons?.some(({ code }) => code === 'ConditionalCheckFailed') === true) return reasons;
    throw error;
  }
};
