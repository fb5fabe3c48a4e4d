import { at, listAt } from './deployment.ts';
import type { DeployedResource } from './deployment.ts';

export const KEY = 'AWS::KMS::Key';
/** Types of policies that stand at what they protect, and say to whom it is open. */
export const resourcePolicies = [KEY, 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy', 'AWS::Events::EventBusPolicy'] as const;
/** Types of what says what somebody may do. */
export const identityPolicies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role'] as const;

/** The statements of a resource that allow something. */
export const allowing = ({ properties }: DeployedResource): readonly unknown[] =>
  [
    ...listAt(properties, 'PolicyDocument', 'Statement'),
    ...listAt(properties, 'KeyPolicy', 'Statement'),
    ...listAt(properties, 'Policies').flatMap((policy) => listAt(policy, 'PolicyDocument', 'Statement')),
    ...listAt(properties, 'Statement'),
  ].filter((statement) => at(statement, 'Effect') === 'Allow');

/** The account itself in a key's policy: it leaves the key to the policies of roles, and without it nobody could ever change the key. */
export const isOwnAccount = (statement: unknown, { type, stack }: DeployedResource): boolean => {
  const principal = textOf(at(statement, 'Principal', 'AWS'));
  return type === KEY && [stack.account, '<AWS::AccountId>'].some((account) => account !== undefined && principal.endsWith(`:iam::${account}:root`));
};

const textOf = (value: unknown): string => {
  const reference = at(value, 'Ref');
  if (typeof reference === 'string') return `<${reference}>`;
  const joined = at(value, 'Fn::Join', 1);
  return joined === undefined ? (typeof value === 'string' ? value : '') : listAt(joined).map(textOf).join('');
};
