import { describe, expect, it } from '@jest/globals';
import { readWiring } from '../../simulation/wiring/read-wiring.ts';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown>; Metadata?: { entry: string } }>;

const dead = { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } };
const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders', VisibilityTimeout: 180, RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 20 } } };
const fn = { Type: 'AWS::Lambda::Function', Properties: { Handler: 'index.handler', Timeout: 30, Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' }, TABLE_NAME: { Ref: 'Table' } } } }, Metadata: { entry: 'lambdas/a/a.handler.ts' } };
const mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Fn' }, BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 10 } } };
const good: Resources = { Queue: queue, Dead: dead, Fn: fn, Mapping: mapping };

const read = (resources: Resources) => readWiring({ stack: { Resources: resources } });
const withProperty = (resource: Resources[string], properties: Record<string, unknown>) => ({ ...resource, Properties: { ...resource.Properties, ...properties } });

describe('the wiring of the simulation', () => {
  it('is what the templates say, dead-letter queues first', () => {
    const { queues, functions, queueMappings } = read(good);

    expect(queues).toEqual([
      { name: 'Dead', retentionSeconds: 1_209_600 },
      { name: 'orders', visibilityTimeoutSeconds: 180, redrive: { deadLetterQueue: 'Dead', maxReceiveCount: 20 } },
    ]);
    expect(functions).toEqual([
      { name: 'Fn', entry: 'lambdas/a/a.handler.ts', timeoutSeconds: 30, environment: { QUEUE_URL: expect.stringMatching(/^https:\/\/sqs\..*\/orders$/), TABLE_NAME: 'Table' } },
    ]);
    expect(queueMappings).toEqual([{ id: 'Mapping', queue: 'orders', function: 'Fn', batchSize: 10, windowSeconds: 0, maxConcurrency: 10 }]);
  });

  it('refuses a type of resource that it does not know', () => {
    expect(() => read({ ...good, Stream: { Type: 'AWS::Kinesis::Stream', Properties: {} } })).toThrow('does not know AWS::Kinesis::Stream');
  });

  it('refuses a property that it does not know', () => {
    expect(() => read({ ...good, Mapping: withProperty(mapping, { FilterCriteria: { Filters: [] } }) })).toThrow('FilterCriteria');
    expect(() => read({ ...good, Queue: withProperty(queue, { FifoQueue: true }) })).toThrow('FifoQueue');
  });

  it('refuses a mapping without partial batch responses, which would acknowledge what failed', () => {
    const { FunctionResponseTypes: _, ...without } = mapping.Properties;

    expect(() => read({ ...good, Mapping: { ...mapping, Properties: without } })).toThrow('cannot run this AWS::Lambda::EventSourceMapping');
  });

  it('refuses a function whose code the template does not name', () => {
    expect(() => read({ ...good, Fn: { Type: fn.Type, Properties: fn.Properties } })).toThrow('which handler file');
  });
});
