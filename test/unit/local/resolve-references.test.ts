import { describe, expect, it } from '@jest/globals';
import { resolveReferences, type Deployed } from '../../../local/resolve-references.ts';

const deployed: Deployed = {
  resources: new Map([
    ['Pipeline/Queue', { type: 'AWS::SQS::Queue', physicalId: 'https://localhost:4566/000000000000/payments' }],
    ['Pipeline/Consumer', { type: 'AWS::Lambda::Function', physicalId: 'consumer' }],
    ['Pipeline/Plan', { type: 'AWS::ApiGateway::UsagePlan', physicalId: 'p' }],
  ]),
  attributes: new Map([['Data/Table.StreamArn', 'arn:stream']]),
  outputs: new Map([
    ['Data/Stream', 'arn:stream'],
    ['export/shared', 'value'],
  ]),
};
const resolve = (stack: string, value: Parameters<typeof resolveReferences>[1]) => resolveReferences(stack, value, deployed);

describe('saying what a reference in a template stands for', () => {
  it('resolves references inside lists and objects', () => {
    expect(resolve('Pipeline', { Targets: [{ Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }], FunctionName: { Ref: 'Consumer' } })).toEqual({
      Targets: [{ Arn: 'arn:aws:sqs:us-east-1:000000000000:payments' }],
      FunctionName: 'consumer',
    });
  });

  it('resolves attributes that only the service knows', () => {
    expect(resolve('Data', { 'Fn::GetAtt': ['Table', 'StreamArn'] })).toBe('arn:stream');
  });

  it('resolves outputs and exports of other stacks, and joined texts', () => {
    expect(resolve('Pipeline', { 'Fn::GetStackOutput': { StackName: 'Data', Region: 'us-east-1', OutputName: 'Stream' } })).toBe(
      'arn:stream',
    );
    expect(resolve('Pipeline', { 'Fn::ImportValue': 'shared' })).toBe('value');
    expect(resolve('Pipeline', { 'Fn::Join': [':', ['a', { Ref: 'AWS::AccountId' }]] })).toBe('a:000000000000');
  });

  it('refuses a reference that it does not understand', () => {
    expect(() => resolve('Pipeline', { 'Fn::GetAtt': ['Plan', 'Id'] })).toThrow('stands for cannot be said');
    expect(() => resolve('Pipeline', { Ref: 'Nothing' })).toThrow('stands for cannot be said');
    expect(() => resolve('Pipeline', { 'Fn::FindInMap': ['a', 'b', 'c'] })).toThrow('stands for cannot be said');
  });
});
