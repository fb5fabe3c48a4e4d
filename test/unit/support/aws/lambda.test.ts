import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';

let aws: InMemoryAws;
const invoke = async (FunctionName: string, payload: unknown) => {
  const client = new LambdaClient({ requestHandler: aws.requestHandler, maxAttempts: 1 });
  const { Payload, FunctionError } = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
  return { error: FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown };
};

beforeEach(() => {
  aws = new InMemoryAws({ now: () => 0 });
  aws.createFunction('echo', async (payload) => ({ got: payload }));
  aws.createFunction('fails', async () => {
    throw new TypeError('no');
  });
});

describe('Lambda in memory', () => {
  it('answers with what the function answers', async () => {
    expect(await invoke('echo', { a: [1, 'ü'] })).toEqual({ error: undefined, payload: { got: { a: [1, 'ü'] } } });
  });

  it('answers 200 and a function error when the function throws, as Lambda does', async () => {
    expect(await invoke('fails', {})).toEqual({ error: 'Unhandled', payload: { errorType: 'TypeError', errorMessage: 'no' } });
  });

  it('rejects the name of a function that does not exist', async () => {
    await expect(invoke('nobody', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
