import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { PARKED_RETENTION_DAYS } from '../../lambdas/shared/contract/queues.ts';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { EventOwner } from '../../lambdas/shared/events/registry.ts';
import type { StageSettings } from '../stages.ts';
import type { DataKey } from './data-key.ts';
import type { ServiceFunction } from './service-function.ts';

interface ParkingBucketProps {
  readonly stage: StageSettings;
  readonly dataKey: DataKey;
}

/** Where relays and Lambda itself put stream records that could not be published. A stack with parked records in it cannot be removed by mistake. */
export class ParkingBucket extends Construct {
  readonly bucket: Bucket;
  private readonly dataKey: DataKey;

  constructor(scope: Construct, id: string, { stage, dataKey }: ParkingBucketProps) {
    super(scope, id);
    this.dataKey = dataKey;
    this.bucket = new Bucket(this, 'Resource', {
      encryption: BucketEncryption.KMS,
      encryptionKey: dataKey.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(PARKED_RETENTION_DAYS), noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: stage.removalPolicy,
    });
  }

  /** Lets the function look at what was parked of its service and remove it, and tells it where that is. */
  grantRetell(fn: ServiceFunction, owner: EventOwner, mapping: EventSourceMapping): void {
    const { bucketArn, bucketName } = this.bucket;
    const prefixes = [`aws/lambda/${mapping.eventSourceMappingId}`, `parked/${owner}`];
    fn.allow({ actions: ['s3:GetObject', 's3:DeleteObject'], resources: prefixes.map((prefix) => `${bucketArn}/${prefix}/*`) });
    // Of the whole bucket: without it S3 answers 403 for an object that somebody has removed meanwhile, and no condition on prefixes holds for a read.
    fn.allow({ actions: ['s3:ListBucket'], resources: [bucketArn] });
    this.dataKey.grantGetThroughS3(fn);
    fn.set(environment.parkingBucket, bucketName);
    fn.set(environment.relayMapping, mapping.eventSourceMappingId);
  }

  /** Lets a relay, and Lambda on its behalf, park records under their own prefixes. */
  grantPark(fn: ServiceFunction, owner: EventOwner): void {
    const { bucketArn, bucketName } = this.bucket;
    fn.allow({ actions: ['s3:PutObject'], resources: [`${bucketArn}/parked/${owner}/*`, `${bucketArn}/aws/lambda/*`] });
    // Lambda looks at the bucket before it accepts it as an on-failure destination.
    fn.allow({ actions: ['s3:ListBucket'], resources: [bucketArn] });
    this.dataKey.grantPutThroughS3(fn);
    fn.set(environment.parkingBucket, bucketName);
  }
}
