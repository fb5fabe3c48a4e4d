import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { logger } from '../../../lambdas/shared/observability/logger.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { MAX_RECEIVE_COUNT } from '../../../lambdas/shared/contract/queues.ts';
import { queueConsumer } from '../../../lambdas/shared/queue/queue-consumer.ts';
import { useRandomness } from '../../../lambdas/shared/random/random.ts';
import { lambdaContext } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { askFor } from '../fraud/fraud-world.ts';
import type { Outcome } from '../../../lambdas/shared/queue/outcome.ts';
import type { SQSEvent } from 'aws-lambda';

let aws: InMemoryAws;
/** Seconds that messages were put off by. */
let backOffs: unknown[];

beforeEach(() => {
  [aws, backOffs] = [new InMemoryAws({ now: () => 0 }), []];
  aws.intercept = ({ input }) => {
    backOffs.push((input as { VisibilityTimeout: unknown }).VisibilityTimeout);
    return {};
  };
  useTransport(aws.requestHandler);
  useRandomness({ uniform: () => 1 - Number.EPSILON, bytes: (count) => new Uint8Array(count) });
  process.env['QUEUE_URL'] = 'https://sqs.us-east-1.amazonaws.com/111111111111/queue';
});
afterEach(() => {
  useTransport(undefined);
  useRandomness(undefined);
  delete process.env['QUEUE_URL'];
});

const batchOf = (bodies: readonly string[], receives = 1): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: String(index), receiptHandle: `receipt-${index}`, body, attributes: { ApproximateReceiveCount: String(receives) },
  })),
}) as unknown as SQSEvent;
const messages = (count: number): string[] => Array.from({ length: count }, (_, index) => JSON.stringify(askFor(`p${index}`)));

/** What a consumer hands back whose work on the nth message ends so. */
const handedBack = async (
  order: 'in-parallel' | 'one-by-one', work: (index: number) => Outcome, bodies = messages(3), receives = 1,
): Promise<string[]> => {
  let index = 0;
  const consumer = queueConsumer({ order, handle: async () => work(index++) });
  return (await consumer(batchOf(bodies, receives), lambdaContext())).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort();
};
const failing = (...indexes: readonly number[]) => (index: number): Outcome => {
  if (indexes.includes(index)) throw new Error('no');
  return 'applied';
};

describe.each(['in-parallel', 'one-by-one'] as const)('a batch worked on %s', (order) => {
  it.each([[[]], [[0]], [[1]], [[2]], [[0, 1, 2]]])('hands back exactly the messages that failed: %j', async (indexes) => {
    expect(await handedBack(order, failing(...indexes))).toEqual(indexes.map(String));
    expect(backOffs).toHaveLength(indexes.length);
  });

  it('hands an early event back and keeps what has been applied, already was, or is late', async () => {
    const outcomes: readonly Outcome[] = ['applied', 'early', 'already', 'late'];
    expect(await handedBack(order, (index) => outcomes[index] ?? 'applied', messages(4))).toEqual(['1']);
  });

  it('hands a message back that is no event of ours, without asking for it', async () => {
    const [good = ''] = messages(1);
    const changed = (changes: object): string => JSON.stringify({ ...(JSON.parse(good) as object), ...changes });
    const bodies = ['no JSON', '{}', changed({ type: 'PaymentForgotten' }), changed({ data: {} }), changed({ tenantid: 'a#b' }), good];
    expect(await handedBack(order, failing(1), bodies)).toEqual(['0', '1', '2', '3', '4']);
  });
});

describe('the back-off of a message', () => {
  it.each([[1, 1], [2, 2], [3, 4], [5, 16], [20, 900]])('that is early, after receive %i, is up to %i seconds', async (receives, seconds) => {
    await handedBack('one-by-one', () => 'early', messages(1), receives);
    expect(backOffs).toEqual([seconds]);
  });

  it('outlasts an hour in the 20 receives that a message has, whatever the dice say', async () => {
    useRandomness({ uniform: () => 0, bytes: (count) => new Uint8Array(count) });

    for (let receives = 1; receives < MAX_RECEIVE_COUNT; receives += 1) await handedBack('one-by-one', failing(0), messages(1), receives);

    expect(backOffs.reduce<number>((sum, seconds) => sum + Number(seconds), 0)).toBeGreaterThan(3_600);
  });

  it('may fail: the message is handed back all the same', async () => {
    aws.intercept = () => {
      throw new AwsError('ReceiptHandleIsInvalid', 'too late');
    };
    expect(await handedBack('one-by-one', failing(0), messages(1))).toEqual(['0']);
  });
});

describe('the log line of an event', () => {
  const told = async (changes: object): Promise<unknown> => {
    const line = jest.spyOn(logger, 'info');
    await handedBack('one-by-one', () => 'applied', [JSON.stringify({ ...askFor('p'), ...changes })]);
    const fields = line.mock.calls.at(-1)?.[1];
    line.mockRestore();
    return fields;
  };
  const ended = (type: string, time: string, data: object): object => ({ type, time, data: { ...askFor('p').data, ...data } });

  it('tells which payment it is', async () => {
    expect(await told({})).toMatchObject({ paymentId: askFor('p').subject, eventType: 'PaymentInitiated', outcome: 'applied' });
  });

  it('tells how a payment ended, why, and how long it took since it was accepted', async () => {
    const time = new Date(Date.parse(askFor('p').time) + 1_234).toISOString();
    const decline = { code: 'insufficient_funds', message: 'm', retryable: true };
    expect(await told(ended('PaymentDeclined', time, { decline }))).toMatchObject({ code: 'insufficient_funds', durationMs: 1_234, paymentId: askFor('p').subject });
    expect(await told(ended('PaymentFailed', time, { failure: { code: 'voided', message: 'm' } }))).toMatchObject({ code: 'voided', durationMs: 1_234 });
    expect(await told(ended('PaymentSucceeded', time, {}))).toMatchObject({ durationMs: 1_234 });
  });
});
