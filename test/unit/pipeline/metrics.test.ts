import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metricTable } from '../../../lambdas/shared/contract/metrics.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { openPair } from '../../support/accounts.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import { publishedMetrics } from '../../support/published-metrics.ts';
import { throttled } from '../../support/aws/errors.ts';
import { idempotencyTableOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { MetricDefinition } from '../../../lambdas/shared/contract/metrics.ts';
import type { PublishedMetrics } from '../../support/published-metrics.ts';
import type { World } from '../../support/world.ts';

let metrics: PublishedMetrics;
let world: World;
let payer: string;
let payee: string;

beforeEach(async () => {
  metrics = publishedMetrics();
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 100));
  await world.drain();
  metrics.forget();
});
afterEach(() => {
  world.close();
  metrics.close();
});

const pay = (key: string, value: number, changes: object = {}) =>
  world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value, currency: 'EUR' }, ...changes }, key });

const business = (): Record<string, number> => Object.fromEntries(Object.entries(metrics.sums()).filter(([name]) => /^(Payments|Money|AcceptToFinal|Asked|Deadlines)/.test(name)));

/** Every message that is consumed comes a second time, as it was. */
const deliverTwice = async (): Promise<void> => {
  for (const { event } of [...world.aws.published]) {
    const { type } = event.detail as { type: string };
    const queue = type === 'PaymentInitiated' ? 'fraud' : type === 'PaymentApproved' ? 'ledger' : ['FraudAssessed', 'FundsTransferred', 'TransferRejected'].includes(type) ? 'payments' : undefined;
    if (queue !== undefined) await world.send(queue, JSON.stringify(event.detail));
  }
};

/** Only the conditional writes tell a repeat then. */
const withoutRememberedAnswers = (): void => {
  world.aws.intercept = (call, proceed) => {
    if (JSON.stringify(call.input).includes(idempotencyTableOf('payments'))) throw throttled(call.service);
    return proceed();
  };
};

describe('the metrics of payments', () => {
  it('count each transition once, by the write that made it, however often requests and events come', async () => {
    await pay('a', 60);
    await pay('a', 60);
    await world.drain();
    await pay('b', 60);
    await world.drain();
    withoutRememberedAnswers();
    await pay('a', 60);
    await deliverTwice();
    await world.drain();
    const { AcceptToFinal, ...counted } = business();
    expect(counted).toEqual({
      'PaymentsAccepted': 2, 'PaymentsSucceeded': 1, 'MoneyMoved currency=EUR': 60, 'PaymentsDeclined': 1, 'PaymentsDeclined code=insufficient_funds': 1,
    });
    expect(AcceptToFinal).toBeGreaterThanOrEqual(0);
    expect(metrics.sums()).toMatchObject({ RequestsReplayed: 2, 'EventsAlready consumer=payments': 3, 'EventsLate consumer=payments': 1, 'EventsAlready consumer=ledger': 2, 'EventsAlready consumer=fraud': 2 });
  });

  it('tell how long a payment took, in milliseconds from accepted to final', async () => {
    await pay('a', 60);
    world.now += 4_321;
    await world.drain();
    expect(business()['AcceptToFinal']).toBe(4_321);
  });

  it('tell a payment as past its time also while the ledger is asked to give it up', async () => {
    world.stopped.add('ledger');
    await pay('a', 60);
    await world.drain();
    world.now += testDeadlines.processing * 1_000;
    await world.runFor(5 * 60_000);
    expect(business()).toMatchObject({ DeadlinesPassed: 1, PaymentsPastResolveBy: expect.any(Number) });
  });

  it('tell a payment that is held, asks again, and is past its time, and nothing when nothing was written', async () => {
    const down = new Set(['fraud', 'reviews']);
    world.aws.intercept = (call, proceed) => {
      // Nobody takes what fraud and reviews are asked.
      const input = call.input as { QueueUrl?: string };
      if (call.operation === 'ReceiveMessage' && down.has(String(input.QueueUrl).split('/').at(-1) ?? '')) return {};
      return proceed();
    };
    await pay('a', 60);
    await world.runFor((testDeadlines.fraud + testDeadlines.review + 3 * testDeadlines.longestAsk) * 1_000);
    const counted = business();
    expect(counted).toMatchObject({ PaymentsAccepted: 1, PaymentsHeldForReview: 1, DeadlinesPassed: 1 });
    expect(counted['AskedAgain']).toBeGreaterThan(Number(counted['PaymentsPastResolveBy']));
    expect(counted['PaymentsPastResolveBy']).toBeGreaterThan(0);
    expect(counted['AcceptToFinal']).toBeUndefined();
  });
});

describe('the metrics of the API', () => {
  it('tell what was served, replayed and refused, by code, also when a refusal is repeated', async () => {
    await pay('a', 10);
    await pay('a', 11);
    await pay('b', -1);
    await world.call(routes.getPayment, { path: { id: 'pay_unknown' } });
    const deposit = () => world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 5, currency: 'USD' } }, key: 'wrong' });
    expect((await deposit()).body['code']).toBe((await deposit()).body['code']);
    expect(metrics.sums()).toMatchObject({
      'RequestsServed': 1, 'RequestsRefused': 5, 'RequestsRefused code=idempotency_key_reused': 1, 'RequestsRefused code=validation_failed': 1,
      'RequestsRefused code=not_found': 1, 'RequestsRefused code=transfer_rejected': 2,
    });
  });
});

describe('every metric', () => {
  it('is kept by service and stage, and beside them by nothing but its own dimension', async () => {
    await pay('a', 60);
    await pay('b', 60);
    await pay('b', 61);
    await world.drain();
    const written = new Set(Object.keys(metrics.sums()).map((name) => name.split(' ')[0] ?? ''));
    expect(written.size).toBeGreaterThan(8);
    for (const name of written) {
      const definition: MetricDefinition = metricTable[name as keyof typeof metricTable];
      const own = definition.by === undefined ? [] : [['service', 'stage', definition.by].sort().join(' ')];
      expect([name, metrics.dimensionsOf(name)]).toEqual([name, [...(definition.hasTotal === false ? [] : ['service stage']), ...own].sort()]);
    }
  });
});
