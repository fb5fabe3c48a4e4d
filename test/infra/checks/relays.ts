import { expect, it } from '@jest/globals';
import { tables } from '../../../lambdas/shared/contract/storage.ts';
import { at } from '../support/assembly.ts';
import type { Assembly } from '../support/assembly.ts';

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export const relayChecks = (assembly: Assembly): void => {
  const owners = Object.entries(tables).filter(([, { carriesEvents }]) => carriesEvents).map(([name]) => name);
  const bucket = assembly.the('AWS::S3::Bucket', 'Parking');

  it.each(owners)('follows the stream of %s from its beginning, for ever, and keeps what it gives up', (owner) => {
    const mapping = assembly.the('AWS::Lambda::EventSourceMapping', `${capitalized(owner)}/Outbox`).properties;
    expect(mapping).toMatchObject({
      EventSourceArn: `${assembly.the('AWS::DynamoDB::Table', `${capitalized(owner)}Table`).arn}/stream/2026-01-01T00:00:00.000`,
      FunctionName: assembly.the('AWS::Lambda::Function', `${capitalized(owner)}/Outbox/Relay`).id,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: 22 * 3_600,
      DestinationConfig: { OnFailure: { Destination: bucket.arn } },
      MetricsConfig: { Metrics: ['EventCount'] },
    });
    // Several batches of a shard at a time would break the order of an item's events.
    expect(at(mapping, 'ParallelizationFactor')).toBeUndefined();
  });

  it('parks in a bucket that is private, encrypted, versioned, emptied after a year and only takes https', () => {
    expect(bucket.properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: assembly.the('AWS::KMS::Key', 'PaymentsKey').arn } }] },
    });
    expect(bucket.properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [{
          Status: 'Enabled', ExpirationInDays: 365, NoncurrentVersionExpiration: { NoncurrentDays: 30 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        }],
      },
    });
    expect(assembly.the('AWS::S3::BucketPolicy', 'Parking').properties).toMatchObject({
      PolicyDocument: { Statement: expect.arrayContaining([expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]) },
    });
  });
};
