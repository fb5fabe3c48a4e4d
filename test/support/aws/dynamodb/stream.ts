import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from './attribute-value.ts';
import { itemSizeBytes } from './item-size.ts';

const FIRST_SEQUENCE_NUMBER = 100000000000000000000n;

/** A table's stream (NEW_AND_OLD_IMAGES): all records ever, in the order of the writes, as Lambda receives them. */
export class TableStream {
  readonly arn: string;
  readonly #region: string;
  readonly #records: DynamoDBRecord[] = [];

  constructor(tableArn: string, region: string) {
    this.arn = `${tableArn}/stream/2026-01-01T00:00:00.000`;
    this.#region = region;
  }

  /** `byTtl` marks the deletion as DynamoDB's own, as filters of event source mappings expect it. */
  append(change: { keys: Item; before: Item | undefined; after: Item | undefined; at: number; byTtl: boolean }): void {
    const { keys, before, after } = change;
    const number = this.#records.length + 1;
    const images = [keys, before ?? {}, after ?? {}].reduce((sum, image) => sum + itemSizeBytes(image), 0);
    const record = {
      eventID: number.toString(16).padStart(32, '0'),
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.#region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(change.at / 1000),
        Keys: keys,
        ...(after === undefined ? {} : { NewImage: after }),
        ...(before === undefined ? {} : { OldImage: before }),
        SequenceNumber: String(FIRST_SEQUENCE_NUMBER + BigInt(number)),
        SizeBytes: images,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: this.arn,
      ...(change.byTtl ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
    };
    // Lambda's types want mutable images and name no service identity's letters; the shape is the documented one.
    this.#records.push(record as unknown as DynamoDBRecord);
  }

  /** Records from the offset on (0 = the first ever); copies, so that a handler cannot change history. */
  since(offset: number, atMost = Number.POSITIVE_INFINITY): DynamoDBRecord[] {
    return structuredClone(this.#records.slice(offset, offset + atMost));
  }

  /** The same, for those who change nothing. */
  read(offset: number): readonly DynamoDBRecord[] {
    return this.#records.slice(offset);
  }

  get length(): number {
    return this.#records.length;
  }
}
