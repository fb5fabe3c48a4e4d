import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { customerKey } from './customer-key.ts';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { StageSettings } from '../stages.ts';
import type { ServiceFunction } from './service-function.ts';

/** HMAC key that signs list cursors; it never leaves KMS. */
export class CursorKey extends Construct {
  private readonly key: Key;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.key = customerKey(this, 'Resource', { stage, description: 'Signs list cursors', keySpec: KeySpec.HMAC_256, keyUsage: KeyUsage.GENERATE_VERIFY_MAC });
  }

  grant(fn: ServiceFunction): void {
    fn.allow({ actions: ['kms:GenerateMac', 'kms:VerifyMac'], resources: [this.key.keyArn] });
    fn.set(environment.cursorKey, this.key.keyId);
  }
}
