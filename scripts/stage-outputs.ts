import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** Where the stage is. Without members: the region and credentials of the shell, as the AWS CLI takes them. */
export interface AwsAccess {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export class StageProblem extends Error {}

/** The outputs of a deployed stage's stacks by their names. */
export interface StageOutputs {
  readonly all: ReadonlyMap<string, string>;
  /** @throws StageProblem when there is none of the name */
  readonly named: (name: string) => string;
}

/** @throws StageProblem naming the stack that is missing, or why nobody knows */
export const stageOutputs = async (stage: string, access: AwsAccess = {}): Promise<StageOutputs> => {
  const cloudFormation = new CloudFormationClient(access);
  const names = ['Data', 'Pipeline'].map((stack) => `PaymentPipeline-${stage}-${stack}`);
  const all = new Map((await Promise.all(names.map((name) => describe(cloudFormation, name)))).flat());
  return {
    all,
    named: (name) => {
      const value = all.get(name);
      if (value === undefined) throw new StageProblem(`The stacks of stage ${stage} have no output ${name}. Deploy the stage with this version first.`);
      return value;
    },
  };
};

const describe = async (cloudFormation: CloudFormationClient, name: string): Promise<[string, string][]> => {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Of a stack that is not there CloudFormation says that the request is not valid.
    if (error.name === 'ValidationError') {
      throw new StageProblem(`There is no stack ${name} in this account and region. Deploy it, or check AWS_PROFILE and AWS_REGION.`, { cause: error });
    }
    throw new StageProblem(`CloudFormation cannot be asked for ${name}: ${error.message}. Check AWS_PROFILE and AWS_REGION.`, { cause: error });
  }
};
