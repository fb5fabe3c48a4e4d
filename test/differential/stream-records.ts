import * as z from 'zod';
import { normal } from './answers.ts';

/** A change as the stream of a table tells it. */
export interface Change {
  readonly eventName: string;
  readonly keys: unknown;
  readonly oldImage: unknown;
  readonly newImage: unknown;
  /** DynamoDB itself deleted it, as its time was over. */
  readonly byTtl: boolean;
}

const recordSchema = z.object({
  eventName: z.string(),
  userIdentity: z.record(z.string(), z.unknown()).nullish(),
  dynamodb: z.object({ Keys: z.unknown(), OldImage: z.unknown().optional(), NewImage: z.unknown().optional() }),
});
const streamsSchema = z.object({ Streams: z.array(z.object({ StreamArn: z.string() })) });
const streamSchema = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });
const iteratorSchema = z.object({ ShardIterator: z.string() });
const recordsSchema = z.object({ Records: z.array(recordSchema), NextShardIterator: z.string().nullish() });

export const changeOf = (record: unknown): Change => {
  const { eventName, dynamodb, userIdentity } = recordSchema.parse(record);
  // Lambda gives its members with small letters, the stream's own API with capital ones.
  const byTtl = Object.values(userIdentity ?? {}).includes('dynamodb.amazonaws.com');
  return { eventName, keys: normal(dynamodb.Keys), oldImage: normal(dynamodb.OldImage), newImage: normal(dynamodb.NewImage), byTtl };
};

/** All that the stream of a table has told so far. There is no client of the SDK for streams in the project: the wire is simple enough. */
export async function streamOf(endpoint: string, accessKeyId: string, table: string): Promise<Change[]> {
  const call = async (operation: string, body: object): Promise<unknown> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDBStreams_20120810.${operation}`,
        // Neither engine checks the signature, but both want one that says whose tables these are.
        Authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${operation} was answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const [stream] = streamsSchema.parse(await call('ListStreams', { TableName: table })).Streams;
  if (stream === undefined) throw new Error(`The table ${table} has no stream.`);
  const { Shards } = streamSchema.parse(await call('DescribeStream', stream)).StreamDescription;
  const changes: Change[] = [];
  for (const { ShardId } of Shards) {
    let from: string | null | undefined = iteratorSchema.parse(await call('GetShardIterator', { ...stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' })).ShardIterator;
    while (from !== undefined && from !== null) {
      const page: z.infer<typeof recordsSchema> = recordsSchema.parse(await call('GetRecords', { ShardIterator: from }));
      changes.push(...page.Records.map(changeOf));
      from = page.Records.length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return changes;
}
