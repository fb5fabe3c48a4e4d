import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '../../../lambdas/shared/contract/environment.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { lambdaContext } from '../../support/api-event.ts';
import { approvedFor, askFor, DEADLINE, fraudWorld, heldFor, leaveWorld, limitsWith, NOW, paymentId } from './fraud-world.ts';
import type { SQSEvent } from 'aws-lambda';

let world: ReturnType<typeof fraudWorld>;
let consume: (bodies: readonly unknown[]) => Promise<string[]>;
let sweep: () => Promise<void>;

beforeAll(async () => {
  world = fraudWorld(limitsWith({ reviewAmountMinor: 500 }));
  process.env[environment.table] = world.table;
  process.env[environment.queueUrl] = 'https://sqs.us-east-1.amazonaws.com/111111111111/reviews';
  const reviews = await import('../../../lambdas/fraud/reviews-consumer.handler.ts');
  const sweeper = await import('../../../lambdas/fraud/fraud-sweeper.handler.ts');
  consume = async (bodies) => {
    const records = bodies.map((body, index) => ({ messageId: `message-${index}`, receiptHandle: 'r', body: JSON.stringify(body), attributes: { ApproximateReceiveCount: '1' } }));
    const { batchItemFailures } = await reviews.handler({ Records: records } as unknown as SQSEvent, lambdaContext());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  sweep = () => sweeper.handler({}, lambdaContext(60_000));
});
afterAll(leaveWorld);

describe('the reviews queue', () => {
  it('opens and closes reviews and gives back only what is bad', async () => {
    await world.hold(heldFor('gone on'));
    const failed = await consume([heldFor('p'), { not: 'an event' }, approvedFor('gone on'), askFor('not for reviews'), approvedFor('nobody knows'), heldFor('q')]);
    expect(failed.toSorted()).toEqual(['message-1', 'message-3']);
    expect(await world.reviewOf('nobody knows')).toBeUndefined();
    expect((await world.reviewOf('p'))?.status).toBe('open');
    expect((await world.reviewOf('q'))?.status).toBe('open');
    expect((await world.reviewOf('gone on'))?.status).toBe('superseded');
  });
});

describe('the fraud sweeper', () => {
  it('declines every review that is past its deadline, and no other', async () => {
    const before = world.said().length;
    await world.decide('q');
    await sweep();
    expect((await world.reviewOf('p'))?.status).toBe('open');
    useClock({ now: () => DEADLINE });
    await world.hold({ ...heldFor('later'), data: { ...heldFor('later').data, review: { cause: 'fraud_review', deadline: new Date(DEADLINE + 1).toISOString() } } });
    await sweep();
    await sweep();
    expect((await world.reviewOf('p'))?.status).toBe('timed_out');
    expect((await world.reviewOf('q'))?.status).toBe('approved');
    expect((await world.reviewOf('later'))?.status).toBe('open');
    expect(world.said().slice(before).map(({ type }) => type)).toEqual(['ReviewDecided', 'ReviewDecided']);
  });

  it('pushes back a review that cannot be written, declines the others, and comes back to it', async () => {
    useClock({ now: () => NOW });
    for (const name of ['stuck', 'a', 'b', 'c']) await world.hold(heldFor(name));
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation === 'PutItem' && JSON.stringify(input).includes(paymentId('stuck'))) throw new Error('cannot be written');
      return proceed();
    };
    useClock({ now: () => DEADLINE });
    await sweep();
    expect((await world.reviewOf('stuck'))?.status).toBe('open');
    for (const name of ['a', 'b', 'c']) expect((await world.reviewOf(name))?.status).toBe('timed_out');
    world.aws.intercept = (_call, proceed) => proceed();
    await sweep();
    expect((await world.reviewOf('stuck'))?.status).toBe('open');
    useClock({ now: () => DEADLINE + 180_000 });
    await sweep();
    expect((await world.reviewOf('stuck'))?.status).toBe('timed_out');
  });
});
