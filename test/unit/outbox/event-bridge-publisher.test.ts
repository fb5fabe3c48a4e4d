import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventBridgePublisher } from '../../../lambdas/outbox/event-bridge-publisher.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { AwsError, connectionLost } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';

let aws: InMemoryAws;
const publisher = eventBridgePublisher('bus');

beforeEach(() => {
  aws = new InMemoryAws({ now: () => 0 });
  aws.createBus('bus');
  useTransport(aws.requestHandler);
});
afterEach(() => useTransport(undefined));

const event = (id: string): Envelope => ({ id, source: 'payment-pipeline.payments', type: 'PaymentInitiated' }) as unknown as Envelope;
const four = ['a', 'b', 'c', 'd'].map(event);

describe('publishing to EventBridge', () => {
  it('sends the envelope as detail, under its source and type', async () => {
    expect(await publisher.publish(four.slice(0, 1))).toEqual(['published']);
    const event = { source: 'payment-pipeline.payments', 'detail-type': 'PaymentInitiated', detail: { id: 'a' } };
    expect(aws.published).toMatchObject([{ bus: 'bus', event }]);
  });

  it('takes for published only what got an EventId, whatever the call as a whole answers', async () => {
    const [ErrorCode, EventId] = ['InternalFailure', '1'];
    const Entries = [{ EventId }, { ErrorCode }, { ErrorCode: 'ThrottlingException' }, { EventId, ErrorCode }];
    aws.intercept = () => ({ FailedEntryCount: 0, Entries });
    expect(await publisher.publish(four)).toEqual(['published', 'retry', 'retry', 'retry']);
  });

  it('tells what the bus will never take', async () => {
    aws.intercept = () => ({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'MalformedDetail' }] });
    expect(await publisher.publish(four.slice(0, 2))).toEqual(['published', 'never']);
  });

  it('takes nothing for published that the answer does not tell of', async () => {
    aws.intercept = () => ({});
    expect(await publisher.publish(four)).toEqual(['retry', 'retry', 'retry', 'retry']);
  });

  const down = (): Error => new AwsError('InternalException', 'down', {}, 500);
  const failures: readonly [string, () => Error][] = [['an error', down], ['no answer', connectionLost]];
  it.each(failures)('tries all again after %s', async (_name, failure) => {
    aws.intercept = () => {
      throw failure();
    };
    expect(await publisher.publish(four)).toEqual(['retry', 'retry', 'retry', 'retry']);
  });
});
