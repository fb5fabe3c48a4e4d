import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { region, rootCredentials } from './cloud-environment.ts';
import { Problem } from './problem.ts';

/** Name of the API's only stage. */
const apiStage = 'live';

interface Reachable {
  readonly endpoint: string;
}

/** Settings of an SDK client that talks to the engine as the account's root. */
export const clientSettings = (engine: Reachable) => ({ region, endpoint: engine.endpoint, credentials: rootCredentials });

/** Outputs of all deployed stacks: values by output name, by stack name. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

export async function readOutputs(engine: Reachable): Promise<StackOutputs> {
  const client = new CloudFormationClient(clientSettings(engine));
  const outputs: Record<string, Record<string, string>> = {};
  for await (const page of paginateDescribeStacks({ client }, {})) {
    for (const stack of page.Stacks ?? []) {
      const values = (stack.Outputs ?? []).map(({ OutputKey, OutputValue }): [string, string] => [OutputKey ?? '', OutputValue ?? '']);
      outputs[stack.StackName ?? ''] = Object.fromEntries(values);
    }
  }
  client.destroy();
  return outputs;
}

/** The value of an output by its name in whatever stack has it. Throws a Problem when none has. */
export function outputNamed(outputs: StackOutputs, name: string): string {
  const value = Object.values(outputs).find((stack) => stack[name] !== undefined)?.[name];
  if (value !== undefined) return value;
  throw new Problem(
    `No deployed stack has an output named ${name}.`,
    `Give a stack in lib/stacks the output ${name}; the local tools need it.`,
  );
}

/** Where the API answers: its own host name is not one that this machine can resolve. */
export const apiBaseUrl = (engine: Reachable, restApiId: string): string =>
  `${engine.endpoint}/restapis/${restApiId}/${apiStage}/_user_request_`;

/** OAuth 2.0 token endpoint (client credentials). */
export const tokenUrl = (engine: Reachable): string => `${engine.endpoint}/oauth2/token`;
