import { at, listAt } from '../deployment.ts';
import type { Rule } from '../rule.ts';

/** The keys of a resource by its type, one for each place where it keeps something. */
const keysOf: Readonly<Record<string, (properties: unknown) => readonly unknown[]>> = {
  'AWS::SQS::Queue': (queue) => [at(queue, 'KmsMasterKeyId')],
  'AWS::SNS::Topic': (topic) => [at(topic, 'KmsMasterKeyId')],
  'AWS::DynamoDB::Table': (table) => [at(table, 'SSESpecification', 'SSEEnabled') === true ? at(table, 'SSESpecification', 'KMSMasterKeyId') : undefined],
  'AWS::S3::Bucket': (bucket) => {
    const defaults = listAt(bucket, 'BucketEncryption', 'ServerSideEncryptionConfiguration');
    return defaults.length === 0 ? [undefined] : defaults.map((one) => at(one, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'));
  },
  'AWS::Logs::LogGroup': (logGroup) => [at(logGroup, 'KmsKeyId')],
  'AWS::Events::EventBus': (bus) => [at(bus, 'KmsKeyIdentifier')],
  'AWS::Events::Archive': (archive) => [at(archive, 'KmsKeyIdentifier')],
};

/** A key of AWS cannot be taken from anybody: who may use a key of ours is in its policy. */
export const dataHasOwnKey: Rule = {
  name: 'DataHasOwnKey',
  states: 'Every queue, topic, table, bucket, log group, bus and archive is encrypted with a key of these stacks.',
  fix: 'Give it the key of its class of data (docs/adr/0012-keys-and-stacks.md).',
  about: Object.keys(keysOf),
  holds: (resource, deployment) => keysOf[resource.type]?.(resource.properties).every((key) => deployment.named(key, resource)?.type === 'AWS::KMS::Key') === true,
};
