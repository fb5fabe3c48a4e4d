import { timers } from '../../lambdas/shared/time/timers.ts';
import { transactionCanceled } from '../../test/support/aws/dynamodb/transact-write.ts';
import type { Intercept } from '../../test/support/aws/in-memory-aws.ts';

/** How long a transaction takes, whatever its size: the model's assumption. */
export const TRANSACTION_MS = 10;

interface Action {
  readonly Key?: unknown;
  readonly Item?: { readonly pk?: unknown; readonly sk?: unknown };
}

const keyOf = (action: Readonly<Record<string, Action>>): string => {
  const [{ Key, Item } = {}] = Object.values(action);
  return JSON.stringify(Key ?? { pk: Item?.pk, sk: Item?.sk });
};

/**
 * AWS's conflicts as a model: of transactions that overlap in time on an item, all but the first are cancelled with
 * TransactionConflict for the items they share, at once; each that goes on takes 10 ms.
 */
export const conflictModel = (): Intercept => {
  const held = new Set<string>();
  return async ({ operation, input }, proceed) => {
    if (operation !== 'TransactWriteItems') return proceed();
    const keys = (input as { TransactItems: Record<string, Action>[] }).TransactItems.map(keyOf);
    const codes = keys.map((key) => ({ Code: held.has(key) ? 'TransactionConflict' : 'None' }));
    if (codes.some(({ Code }) => Code !== 'None')) throw transactionCanceled(codes);
    for (const key of keys) held.add(key);
    try {
      await timers.sleep(TRANSACTION_MS);
      return proceed();
    } finally {
      for (const key of keys) held.delete(key);
    }
  };
};
