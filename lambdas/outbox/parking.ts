import type { DynamoDBRecord } from 'aws-lambda';

/** Port of the place for records that can never be published. */
export interface Parking {
  park(record: DynamoDBRecord, reason: string): Promise<void>;
}
