import { AwsError } from '../../support/aws/errors.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import type { Call, InMemoryAws } from '../../support/aws/in-memory-aws.ts';

interface Reason {
  readonly Code: string;
}

const isTransaction = ({ operation }: Call): boolean => operation === 'TransactWriteItems';
const singleWrites: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem'];
export const meetsTransactions = (call: Call): boolean => call.service === 'DynamoDB' && (isTransaction(call) || singleWrites.includes(call.operation));

/** Why DynamoDB could not ask one item, the most frequent first. */
const contentions = ['TransactionConflict', 'TransactionConflict', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'] as const;

/** Another transaction has one of the items; the others may have been asked by then, or not. */
export const conflictOf = (aws: InMemoryAws, call: Call, dice: (what: string) => number): AwsError => {
  if (!isTransaction(call)) return new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
  if (dice('in progress') < 0.1) return new AwsError('TransactionInProgressException', 'The transaction with the given request token is already in progress.');
  const items = (call.input as { readonly TransactItems: readonly unknown[] }).TransactItems;
  const at = Math.floor(dice('conflict') * items.length);
  const asked = dice('asked') < 0.5 ? aws.conflict(call.input, at).fields['CancellationReasons'] as readonly Reason[] : items.map(() => ({ Code: 'None' }));
  const Code = contentions[Math.floor(dice('contention') * contentions.length)] ?? 'TransactionConflict';
  return transactionCanceled(asked.map((reason, index) => (index === at ? { Code } : reason)));
};
