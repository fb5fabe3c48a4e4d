import {
  GetEventSourceMappingCommand, GetFunctionConfigurationCommand, InvokeCommand, LambdaClient, paginateListEventSourceMappings, paginateListFunctions, UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { environment } from '../../../lambdas/shared/contract/environment.ts';
import { paymentDeadlinesSchema } from '../../../lambdas/shared/contract/payment-deadlines.ts';
import { poll } from '../../../local/poll.ts';
import { sdk } from './pipeline.ts';
import type { PaymentDeadlines } from '../../../lambdas/shared/contract/payment-deadlines.ts';

const lambda = new LambdaClient(sdk);

/** Functions by the names of their constructs, which begin the names that CloudFormation gives them. */
export type Consumer = 'FraudConsumer' | 'LedgerConsumer' | 'PaymentsConsumer';
type Sweeper = 'FraudDueSweeper' | 'PaymentsDueSweeper';
type Timed = 'PaymentsApi' | 'PaymentsConsumer' | 'PaymentsDueSweeper';

const functionNamed = async (part: Sweeper | Timed): Promise<string> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    const found = Functions.find(({ FunctionName }) => FunctionName?.includes(`-${part}`))?.FunctionName;
    if (found !== undefined) return found;
  }
  throw new Error(`No function is named like ${part}.`);
};

const mappingOf = async (part: Consumer): Promise<string> => {
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: lambda }, {})) {
    const found = EventSourceMappings.find(({ FunctionArn }) => FunctionArn?.includes(`-${part}`))?.UUID;
    if (found !== undefined) return found;
  }
  throw new Error(`No mapping feeds a function named like ${part}.`);
};

/** Work while nothing feeds a consumer: its messages wait in their queue. `work` may let it go on early. */
export const whileOff = async <Result>(consumer: Consumer, work: (goOn: () => Promise<void>) => Promise<Result>): Promise<Result> => {
  const UUID = await mappingOf(consumer);
  const set = async (Enabled: boolean): Promise<void> => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    const wanted = Enabled ? 'Enabled' : 'Disabled';
    await poll(`${consumer} to be ${wanted}`, async () => ((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State === wanted ? true : undefined));
  };
  await set(false);
  try {
    return await work(() => set(true));
  } finally {
    await set(true);
  }
};

/** Does what is due in a service now, as the schedule does every minute. */
export const sweep = async (sweeper: Sweeper): Promise<void> => {
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: await functionNamed(sweeper) }));
  if (FunctionError !== undefined) throw new Error(`${sweeper} failed: ${Buffer.from(Payload ?? []).toString('utf8')}`);
};

/** Gives a function of payments other deadlines, in seconds; those that are not named stay. @returns what it had before */
export const setDeadlines = async (name: Timed, changed: Partial<PaymentDeadlines>): Promise<PaymentDeadlines> => {
  const FunctionName = await functionNamed(name);
  const { Environment: { Variables = {} } = {} } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const before = paymentDeadlinesSchema.parse(JSON.parse(Variables[environment.paymentDeadlines] ?? 'null'));
  const after = JSON.stringify({ ...before, ...changed });
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { ...Variables, [environment.paymentDeadlines]: after } } }));
  await poll(`${name} to have its deadlines`, async () => ((await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).LastUpdateStatus === 'Successful' ? true : undefined));
  return before;
};

/** Work while a function of payments has other deadlines. */
export const whileDeadlines = async <Result>(name: Timed, changed: Partial<PaymentDeadlines>, work: () => Promise<Result>): Promise<Result> => {
  const before = await setDeadlines(name, changed);
  try {
    return await work();
  } finally {
    await setDeadlines(name, before);
  }
};
