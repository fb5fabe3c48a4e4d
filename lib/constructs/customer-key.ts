import { Duration } from 'aws-cdk-lib';
import { Key, KeySpec } from 'aws-cdk-lib/aws-kms';
import type { KeyProps } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';

interface CustomerKeyProps extends Pick<KeyProps, 'keySpec' | 'keyUsage'> {
  readonly stage: StageSettings;
  /** The class of data it protects, for whoever reads the key list. */
  readonly description: string;
}

/** A customer-managed key: rotated yearly where KMS can, kept in prod, and never gone within less than 30 days. */
export const customerKey = (scope: Construct, id: string, { stage, ...props }: CustomerKeyProps): Key =>
  new Key(scope, id, {
    ...props,
    enableKeyRotation: props.keySpec !== KeySpec.HMAC_256,
    pendingWindow: Duration.days(30),
    removalPolicy: stage.removalPolicy,
  });
