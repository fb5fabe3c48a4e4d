import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { customerKey } from './customer-key.ts';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { StageSettings } from '../stages.ts';
import type { ServiceFunction } from './service-function.ts';

interface DataKeyProps {
  readonly stage: StageSettings;
  /** The class of data it encrypts, for whoever reads the key list. */
  readonly description: string;
}

const dynamoDbActions = {
  follow: ['kms:Decrypt'],
  read: ['kms:Decrypt', 'kms:DescribeKey'],
  write: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
} as const;

/**
 * The key of one class of data at rest. Functions use it only through the service that
 * stores the data (kms:ViaService), so a leaked role cannot decrypt a copied ciphertext.
 */
export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { stage, description }: DataKeyProps) {
    super(scope, id);
    this.key = customerKey(this, 'Resource', { stage, description });
  }

  /** DynamoDB checks the caller's own right to the key of the table that it reads or writes, or whose stream it follows. */
  grantThroughDynamoDb(fn: ServiceFunction, use: keyof typeof dynamoDbActions): void {
    this.grantThrough(fn, 'dynamodb', dynamoDbActions[use]);
  }

  /** For objects that are put whole; reading, or uploading in parts, would need kms:Decrypt. */
  grantPutThroughS3(fn: ServiceFunction): void {
    this.grantThrough(fn, 's3', ['kms:GenerateDataKey']);
  }

  grantGetThroughS3(fn: ServiceFunction): void {
    this.grantThrough(fn, 's3', ['kms:Decrypt']);
  }

  private grantThrough(fn: ServiceFunction, service: string, actions: readonly string[]): void {
    fn.allow({
      actions,
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(fn).region}.amazonaws.com` } },
    });
  }
}
