import { InMemoryAws } from '../support/aws/in-memory-aws.ts';
import { endpointEngine, inMemoryEngine } from '../unit/support/aws/dynamodb/engine.ts';
import { changeOf, streamOf } from './stream-records.ts';
import type { DynamoDbEngine } from '../unit/support/aws/dynamodb/engine.ts';
import type { Change } from './stream-records.ts';

/** A DynamoDB that is compared. */
export interface Subject extends DynamoDbEngine {
  /** What the table's stream has told so far, in its order. */
  changes(table: string): Promise<readonly Change[]>;
}

export function inMemorySubject(): Subject {
  const aws = new InMemoryAws({ now: () => Date.UTC(2026, 0, 1) });
  return { ...inMemoryEngine(aws), changes: async (table) => aws.stream(table).map(changeOf) };
}

/** @param accessKeyId whose tables they are; the local engine knows its root user by it */
export function endpointSubject(endpoint: string, accessKeyId: string): Subject {
  return { ...endpointEngine(endpoint, accessKeyId), changes: (table) => streamOf(endpoint, accessKeyId, table) };
}
