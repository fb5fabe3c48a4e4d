import { at, listAt, textsAt } from './assembly.ts';
import type { Assembly, Resource } from './assembly.ts';

/** Statements of the resource policies (of queues, topics, buckets) that are attached to a resource. */
export const statementsOf = (assembly: Assembly, policyType: 'AWS::SQS::QueuePolicy' | 'AWS::SNS::TopicPolicy' | 'AWS::S3::BucketPolicy', resource: Resource): readonly unknown[] =>
  assembly.ofType(policyType)
    .filter(({ properties }) => [...textsAt(properties, 'Queues'), ...textsAt(properties, 'Topics'), ...textsAt(properties, 'Bucket')].some((name) => name === resource.id || name === resource.arn))
    .flatMap(({ properties }) => listAt(properties, 'PolicyDocument', 'Statement'));

/** Statements of the identity policies of a function's role. */
export const roleStatements = (assembly: Assembly, fn: Resource): readonly unknown[] => {
  const role = String(at(fn.properties, 'Role')).split('/').at(-1);
  return assembly.ofType('AWS::IAM::Policy')
    .filter(({ properties }) => textsAt(properties, 'Roles').includes(role ?? ''))
    .flatMap(({ properties }) => listAt(properties, 'PolicyDocument', 'Statement'));
};
