import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

const blocks = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

export const bucketIsPrivate: Rule = {
  name: 'BucketIsPrivate',
  states: 'No bucket can be made public, by no list and by no policy.',
  fix: 'Set blockPublicAccess to BLOCK_ALL.',
  about: ['AWS::S3::Bucket'],
  holds: ({ properties }) => blocks.every((block) => at(properties, 'PublicAccessBlockConfiguration', block) === true),
};
