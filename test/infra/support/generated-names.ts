import { at } from './assembly.ts';
import { account, region } from './environment.ts';
import type { RawResource } from './assembly.ts';

/** Where a service's limit cuts the names that CloudFormation makes. */
const longest: Readonly<Record<string, number>> = { 'AWS::Lambda::Function': 64, 'AWS::S3::Bucket': 63, 'AWS::SQS::Queue': 80 };
const RANDOM = 'A1B2C3D4E5F6G';

/** References as long as they are on AWS: names of stack, logical id and random characters, URLs of queues, ids of keys. */
export const generatedNames = (stack: string, id: string, resource: RawResource | undefined, attribute: string | undefined): string | undefined => {
  const type = resource?.Type ?? '';
  if (type === 'AWS::KMS::Key') return '01234567-89ab-cdef-0123-456789abcdef';
  const given = at(resource?.Properties, 'QueueName') ?? at(resource?.Properties, 'Name');
  const name = typeof given === 'string' ? given : `${stack}-${id}-${RANDOM}`.slice(0, longest[type] ?? 255);
  return type === 'AWS::SQS::Queue' && attribute === undefined ? `https://sqs.${region}.amazonaws.com/${account}/${name}` : name;
};
