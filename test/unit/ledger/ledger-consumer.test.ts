import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { batchConsumer } from '../../../lambdas/shared/queue/queue-consumer.ts';
import { lambdaContext } from '../../support/api-event.ts';
import { approved, breaksOf, leaveWorld, ledgerWorld, voidRequested } from './ledger-world.ts';
import type { SQSEvent } from 'aws-lambda';
import type { LedgerWorld } from './ledger-world.ts';

let world: LedgerWorld;
beforeEach(() => {
  world = ledgerWorld();
  process.env['QUEUE_URL'] = 'https://sqs.us-east-1.amazonaws.com/111111111111/ledger';
});
afterEach(() => {
  expect(breaksOf(world)).toEqual([]);
  leaveWorld();
  delete process.env['QUEUE_URL'];
});

const batchOf = (...bodies: readonly unknown[]): SQSEvent =>
  ({ Records: bodies.map((body, index) => ({ messageId: String(index), receiptHandle: 'r', body: JSON.stringify(body), attributes: { ApproximateReceiveCount: '1' } })) }) as unknown as SQSEvent;

it('hands back only the message that must not be answered', async () => {
  const handler = batchConsumer({ handleAll: (events) => world.answers(events) });
  const [payer, payee] = [await world.open('payer', { funds: 100 }), await world.open('payee')];
  const asks = [
    approved({ payer, payee, amount: 10, payment: 'p1' }),
    approved({ payer, payee, amount: 11, payment: 'p1', emission: 9 }),
    approved({ payer, payee, amount: 20, payment: 'p2' }),
    voidRequested({ payer, payee, amount: 30, payment: 'p3' }),
    approved({ payer, payee, amount: 30, payment: 'p3' }),
  ];
  expect(await handler(batchOf(...asks), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  expect(await handler(batchOf(...asks), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  expect([await world.available(payer), await world.available(payee)]).toEqual([70, 30]);
});
