import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';

export interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
}

/** Real SDK clients on an in-memory AWS; they try once unless told otherwise. */
export function clientsOn(aws: InMemoryAws, maxAttempts = 1): Clients {
  const config = {
    region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, requestHandler: aws.requestHandler, maxAttempts,
  };
  return {
    dynamoDb: new DynamoDBClient(config), eventBridge: new EventBridgeClient(config), kms: new KMSClient(config), s3: new S3Client(config),
    sqs: new SQSClient(config),
  };
}
