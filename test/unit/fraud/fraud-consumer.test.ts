import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '../../../lambdas/shared/contract/environment.ts';
import { lambdaContext } from '../../support/api-event.ts';
import { askFor, fraudWorld, leaveWorld, limitsWith } from './fraud-world.ts';
import type { SQSEvent } from 'aws-lambda';

let world: ReturnType<typeof fraudWorld>;
let handle: (bodies: readonly unknown[]) => Promise<string[]>;

beforeAll(async () => {
  world = fraudWorld();
  process.env[environment.table] = world.table;
  process.env[environment.queueUrl] = 'https://sqs.us-east-1.amazonaws.com/111111111111/fraud';
  process.env[environment.fraudLimits] = JSON.stringify({ EUR: limitsWith() });
  const { handler } = await import('../../../lambdas/fraud/fraud-consumer.handler.ts');
  handle = async (bodies) => {
    const records = bodies.map((body, index) => ({ messageId: `message-${index}`, receiptHandle: 'r', body: JSON.stringify(body), attributes: { ApproximateReceiveCount: '1' } }));
    const { batchItemFailures } = await handler({ Records: records } as unknown as SQSEvent, lambdaContext());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
});
afterAll(leaveWorld);

describe('the fraud queue', () => {
  it('assesses every good message and gives only the bad ones back', async () => {
    const approved = { ...askFor('other'), type: 'PaymentApproved', dataschema: 'urn:payment-pipeline:event:PaymentApproved:1' };
    const failed = await handle([askFor('p'), { not: 'an event' }, askFor('q'), askFor('p'), approved, { ...askFor('r'), data: {} }]);
    expect(failed.toSorted()).toEqual(['message-1', 'message-4', 'message-5']);
    expect((await world.caseItems()).map(({ outcome }) => outcome)).toEqual(['approve', 'approve']);
    expect(world.said()).toHaveLength(2);
  });
});
