import { runSimulation } from '@cloud-copilot/iam-simulate';
import { at } from './assembly.ts';
import { account, region } from './environment.ts';
import { roleStatements, statementsOf } from './policies.ts';
import type { Assembly, Resource } from './assembly.ts';

export interface Access {
  readonly assembly: Assembly;
  /** The function whose role asks. */
  readonly fn: Resource;
}

const document = (statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });

/** Of what AWS would look at beside the role: the policies of keys, queues and buckets. */
const resourcePolicy = (assembly: Assembly, arn: string): unknown => {
  const resource = assembly.resources.find((candidate) => arn === candidate.arn || arn.startsWith(`${candidate.arn}/`));
  switch (resource?.type) {
    case 'AWS::KMS::Key':
      return at(resource.properties, 'KeyPolicy');
    case 'AWS::SQS::Queue':
      return document(statementsOf(assembly, 'AWS::SQS::QueuePolicy', resource));
    case 'AWS::S3::Bucket':
      return document(statementsOf(assembly, 'AWS::S3::BucketPolicy', resource));
    default:
      return undefined;
  }
};

/**
 * Whether the role may do this.
 * @param via the service through which a key is used, such as `dynamodb.eu-central-1.amazonaws.com`
 */
export const allows = async ({ assembly, fn }: Access, action: string, resource: string, via?: string): Promise<boolean> => {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${fn.id}/session`,
        action,
        resource: { resource, accountId: account },
        contextVariables: { 'aws:SecureTransport': 'true', 'aws:RequestedRegion': region, ...(via === undefined ? {} : { 'kms:ViaService': via }) },
      },
      identityPolicies: [{ name: 'role', policy: document(roleStatements(assembly, fn)) }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy(assembly, resource) === undefined ? {} : { resourcePolicy: resourcePolicy(assembly, resource) }),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`${action} on ${resource} cannot be simulated: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
};
