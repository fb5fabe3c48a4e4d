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

  /** DynamoDB checks the caller's own right to the table's key. */
  grantThroughDynamoDb(fn: ServiceFunction): void {
    this.grantThrough(fn, 'dynamodb', ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']);
  }

  grantThroughS3(fn: ServiceFunction): void {
    this.grantThrough(fn, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']);
  }

  private grantThrough(fn: ServiceFunction, service: string, actions: readonly string[]): void {
    fn.allow({
      actions,
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(fn).region}.amazonaws.com` } },
    });
  }
}
