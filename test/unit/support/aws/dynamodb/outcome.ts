import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

/** What a call threw, in a form that a test can compare. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly item?: Record<string, AttributeValue> | undefined;
  readonly reasons?: readonly (string | undefined)[];
  readonly reasonItems?: readonly (Record<string, AttributeValue> | undefined)[];
}

/** Sends any command; 'applied' if it threw nothing. */
export async function failureOf(client: DynamoDBClient, command: object): Promise<Failure | 'applied'> {
  try {
    // The client's overloads know single commands only, not a command of whatever kind.
    await client.send(command as PutItemCommand);
    return 'applied';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return { name: error.name, message: error.message, item: error.Item };
    }
    if (error instanceof TransactionCanceledException) {
      const reasons = error.CancellationReasons ?? [];
      return {
        name: error.name, message: error.message, reasons: reasons.map(({ Code }) => Code), reasonItems: reasons.map(({ Item }) => Item),
      };
    }
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw error;
  }
}
