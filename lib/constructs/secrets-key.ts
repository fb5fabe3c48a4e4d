import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { customerKey } from './customer-key.ts';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { StageSettings } from '../stages.ts';
import type { ServiceFunction } from './service-function.ts';

/** Key under which webhook signing secrets are stored. */
export class SecretsKey extends Construct {
  private readonly key: Key;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.key = customerKey(this, 'Resource', { stage, description: 'Webhook signing secrets' });
  }

  /** For who makes secrets and shows them once. */
  grantEncryptAndDecrypt(fn: ServiceFunction): void {
    this.grant(fn, ['kms:Encrypt', 'kms:Decrypt']);
  }

  /** For who signs with them. */
  grantDecrypt(fn: ServiceFunction): void {
    this.grant(fn, ['kms:Decrypt']);
  }

  private grant(fn: ServiceFunction, actions: readonly string[]): void {
    fn.allow({ actions, resources: [this.key.keyArn] });
    fn.set(environment.secretsKey, this.key.keyId);
  }
}
