import { describe, expect, it } from '@jest/globals';
import { compareProperties } from '../../../local/compare-properties.ts';

describe('comparing what was deployed with what the engine holds', () => {
  it('finds no difference when the engine shows all that was asked for, and more', () => {
    const expected = { VisibilityTimeout: 60, RedrivePolicy: { maxReceiveCount: 5 } };
    const found = { VisibilityTimeout: '60', RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: 'arn' }, QueueArn: 'arn' };
    expect(compareProperties(expected, found, [])).toEqual([]);
  });

  it('tells a dropped property with its path', () => {
    expect(compareProperties({ Targets: [{ DeadLetterConfig: { Arn: 'dlq' } }] }, { Targets: [{ Id: 'T' }] }, [])).toEqual([
      { property: 'Targets[0].DeadLetterConfig', expected: { Arn: 'dlq' }, found: undefined },
    ]);
  });

  it('tells a changed value', () => {
    expect(compareProperties({ BatchSize: 10 }, { BatchSize: 1 }, [])).toEqual([{ property: 'BatchSize', expected: 10, found: 1 }]);
  });

  it('tells a list that became shorter or longer', () => {
    const expected = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    expect(compareProperties(expected, { FunctionResponseTypes: [] }, [])).toHaveLength(1);
    expect(compareProperties(expected, { FunctionResponseTypes: ['ReportBatchItemFailures', 'x'] }, [])).toHaveLength(1);
  });

  it('does not look at the exceptions', () => {
    expect(compareProperties({ Tags: [{ Key: 'a' }], BatchSize: 1 }, { BatchSize: 1 }, ['Tags'])).toEqual([]);
  });

  it('tells an event pattern that lost a field', () => {
    const expected = { EventPattern: { source: ['payments'], 'detail-type': ['PaymentApproved'] } };
    expect(compareProperties(expected, { EventPattern: { source: ['payments'] } }, []).map(({ property }) => property)).toEqual([
      'EventPattern.detail-type',
    ]);
  });
});
