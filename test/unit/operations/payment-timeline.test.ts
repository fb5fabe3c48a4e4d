import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RULE_VERSION } from '../../../lambdas/fraud/rules.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { startWebhookReceiver } from '../../../local/webhook-receiver.ts';
import { timelineAnswerSchema } from '../../../scripts/operations/timeline-answer.ts';
import { openPair } from '../../support/accounts.ts';
import { throttled } from '../../support/aws/errors.ts';
import { tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import { codes, lose, once, stepOf, storyOf } from './timeline-story.ts';
import type { WebhookReceiver } from '../../../local/webhook-receiver.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { World } from '../../support/world.ts';
import type { TimelineAnswer } from '../../../scripts/operations/timeline-answer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: World;
let receiver: WebhookReceiver;
let payer: string;
let payee: string;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 1_000));
  await world.drain();
});
afterEach(async () => {
  world.close();
  await receiver.stop();
});

const pay = async (value: number, key = 'p'): Promise<string> =>
  String((await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value, currency: 'EUR' } }, key, requestId: `request-of-${key}` })).body['id']);
const ask = (id: string, options: object = {}): Promise<ParsedAnswer> => world.call(routes.getPaymentTimeline, { path: { id }, ...options });
const timelineOf = async (id: string): Promise<TimelineAnswer> => timelineAnswerSchema.parse((await ask(id)).body);

const downOf = (service: 'fraud' | 'ledger', isDown: () => boolean): void => {
  world.aws.intercept = (call: Call, proceed) => {
    // The timeline itself reads every table.
    if (isDown() && !['GetItem', 'BatchGetItem'].includes(call.operation) && JSON.stringify(call.input).includes(tableNameOf(service))) throw throttled(call.service);
    return proceed();
  };
};

describe('the timeline of a payment', () => {
  it('tells a payment that succeeded, from the request to the webhook', async () => {
    await world.call(routes.createWebhookEndpoint, { body: { url: `${receiver.url}/hook`, eventTypes: ['PaymentSucceeded'] }, key: 'w' });
    const id = await pay(10);
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told)).toEqual([
      'PaymentRequested',
      'PaymentInitiated < PaymentRequested',
      'FraudAssessed < PaymentInitiated',
      'PaymentApproved < FraudAssessed',
      'FundsTransferred < PaymentApproved',
      'PaymentSucceeded < FundsTransferred',
      'WebhookDeliveryRequested < PaymentSucceeded',
      'WebhookDelivered < WebhookDeliveryRequested',
    ]);
    expect(told).toMatchObject({
      status: 'succeeded', waiting: null, saidAgain: { payments: 0, fraud: 0, ledger: 0 }, webhooks: { delivered: 1, pending: 0, failed: 0 }, findings: [],
    });
    expect(told.steps.filter(({ eventLog }) => eventLog !== undefined).map(({ what, eventLog }) => [what, eventLog])).toEqual([
      ['PaymentInitiated', 'logged'], ['PaymentSucceeded', 'logged'],
    ]);
    expect(stepOf(told, 'FraudAssessed')?.detail).toEqual({ outcome: 'approve', riskLevel: 'low', riskScore: 0, reasons: [], ruleVersion: RULE_VERSION });
    expect(stepOf(told, 'FundsTransferred')?.detail).toEqual({ transferId: `${id}.payment`, amountMinor: 10, currency: 'EUR' });
    expect((await ask(id)).body['steps']).toContainEqual(expect.objectContaining({ what: 'PaymentRequested', id: 'request-of-p', correlationId: 'request-of-p' }));
  });

  it('tells a decline by fraud with the rules that spoke against it', async () => {
    const id = await pay(100_000_000);
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told)).toEqual(['PaymentRequested', 'PaymentInitiated < PaymentRequested', 'FraudAssessed < PaymentInitiated', 'PaymentDeclined < FraudAssessed']);
    expect(stepOf(told, 'FraudAssessed')?.detail).toMatchObject({ outcome: 'decline', riskScore: 90, reasons: expect.arrayContaining(['amount_over_limit']) });
    expect(stepOf(told, 'PaymentDeclined')?.detail).toEqual({ code: 'amount_limit_exceeded' });
  });

  it('tells a decline for want of funds', async () => {
    const id = await pay(2_000);
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told).slice(-2)).toEqual(['TransferRejected < PaymentApproved', 'PaymentDeclined < TransferRejected']);
    expect(stepOf(told, 'TransferRejected')?.detail).toMatchObject({ reason: 'insufficient_funds' });
    expect([told.waiting, told.findings]).toEqual([null, []]);
  });

  it('tells a payment that a person approved while fraud was down, and who and why only to those who may read reviews', async () => {
    let isDown = true;
    lose(world, 'PaymentInitiated', () => isDown);
    const id = await pay(10);
    await world.runFor(5 * MINUTE_MS);
    const held = await timelineOf(id);
    expect(held.waiting).toMatchObject({ for: 'reviewer', then: 'declined' });
    await world.call(routes.approveReview, { path: { id }, body: { reason: 'an old friend' }, key: 'a', requestId: 'request-of-reviewer' });
    isDown = false;
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told)).toEqual([
      'PaymentRequested',
      'PaymentInitiated < PaymentRequested',
      'PaymentHeldForReview < PaymentInitiated',
      'ReviewOpened < PaymentHeldForReview',
      'ReviewDecisionRequested',
      'ReviewDecided < ReviewDecisionRequested',
      'PaymentApproved < ReviewDecided',
      'FundsTransferred < PaymentApproved',
      'PaymentSucceeded < FundsTransferred',
    ]);
    expect(stepOf(told, 'PaymentHeldForReview')?.detail).toMatchObject({ cause: 'fraud_timeout', trigger: 'deadline' });
    expect(stepOf(told, 'ReviewDecisionRequested')).toMatchObject({ id: 'request-of-reviewer', detail: { decidedBy: 'client-1', reason: 'an old friend' } });
    expect(told.saidAgain['payments']).toBeGreaterThan(1);
    const merchant = await ask(id, { scopes: ['payments/read'] });
    expect(merchant.status).toBe(200);
    expect(merchant.text).not.toContain('friend');
    expect(stepOf(timelineAnswerSchema.parse(merchant.body), 'ReviewDecisionRequested')?.detail).toEqual({});
  });

  it('tells a review that nobody decided in time', async () => {
    await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 5_000_000, currency: 'EUR' } }, key: 'much' });
    const id = await pay(1_000_001);
    await world.runFor(2 * HOUR_MS);
    const told = await timelineOf(id);
    expect(storyOf(told)).toEqual([
      'PaymentRequested',
      'PaymentInitiated < PaymentRequested',
      'FraudAssessed < PaymentInitiated',
      'PaymentHeldForReview < FraudAssessed',
      'ReviewOpened < PaymentHeldForReview',
      'ReviewDecided < PaymentHeldForReview',
      'PaymentDeclined < ReviewDecided',
    ]);
    expect(stepOf(told, 'ReviewDecided')?.detail).toEqual({ decision: 'timed_out' });
    expect(stepOf(told, 'PaymentDeclined')?.detail).toEqual({ code: 'review_timed_out' });
  });

  it('tells of a lost outcome that the answer is there, and after it was asked for again how often', async () => {
    lose(world, 'FundsTransferred', once());
    const id = await pay(10);
    await world.drain();
    const stuck = await timelineOf(id);
    expect(stuck.waiting).toMatchObject({ for: 'ledger', then: 'void_requested', answeredBy: `${id}.payment-1` });
    expect(codes(stuck)).toEqual([]);
    await world.runFor(5 * MINUTE_MS);
    const told = await timelineOf(id);
    expect(told).toMatchObject({ status: 'succeeded', waiting: null, findings: [] });
    expect(told.saidAgain).toMatchObject({ payments: told.saidAgain['ledger'], fraud: 0 });
    expect(told.saidAgain['ledger']).toBeGreaterThan(0);
  });

  it('tells a payment that the ledger gave up after its longest wait', async () => {
    lose(world, 'PaymentApproved', () => true);
    const id = await pay(10);
    await world.runFor(HOUR_MS);
    const waiting = await timelineOf(id);
    expect(codes(waiting)).toEqual(['overdue', 'asked_often']);
    world.now += 23 * HOUR_MS;
    await world.runFor(10 * MINUTE_MS);
    const told = await timelineOf(id);
    expect(storyOf(told).slice(-4)).toEqual([
      'PaymentApproved < FraudAssessed', 'PaymentVoidRequested < PaymentApproved', 'TransferRejected < PaymentVoidRequested', 'PaymentFailed < TransferRejected',
    ]);
    expect(stepOf(told, 'PaymentVoidRequested')?.detail).toEqual({ trigger: 'deadline' });
    expect(stepOf(told, 'PaymentFailed')?.detail).toEqual({ code: 'voided' });
  });

  it('tells a true story at every moment: each cause is in it, and it waits for what the payment waits for', async () => {
    const seen = new Set<string>();
    let isAsking = false;
    const paid: { id?: string } = {};
    // Between any two calls of the handlers, the story is asked for.
    world.aws.intercept = async (_call, proceed) => {
      const result = proceed();
      const { id } = paid;
      if (isAsking || id === undefined) return result;
      isAsking = true;
      const [told, { body }] = [await timelineOf(id), await world.call(routes.getPayment, { path: { id } })];
      isAsking = false;
      expect(storyOf(told).filter((line) => line.includes('nothing told'))).toEqual([]);
      expect(told.findings).toEqual([]);
      expect([told.status, told.waiting?.['resolveBy']]).toEqual([body['status'], body['resolveBy']]);
      seen.add(`${told.status}, waits for ${String(told.waiting?.['for'])}${told.waiting?.['answeredBy'] === undefined ? '' : ', answered'}`);
      return result;
    };
    paid.id = await pay(10);
    await world.drain();
    expect(seen).toEqual(new Set([
      'pending, waits for fraud', 'pending, waits for fraud, answered', 'processing, waits for ledger', 'processing, waits for ledger, answered',
      'succeeded, waits for undefined',
    ]));
  });

  it('says which public event nobody was told of', async () => {
    lose(world, 'PaymentSucceeded', () => true);
    const id = await pay(10);
    await world.drain();
    world.now += 2 * MINUTE_MS;
    const told = await timelineOf(id);
    expect(told.findings).toMatchObject([{ code: 'event_not_logged', step: `${id}-3` }]);
    world.now += 40 * 24 * HOUR_MS;
    const later = await timelineOf(id);
    expect(stepOf(later, 'PaymentSucceeded')?.eventLog).toBe('expired');
    expect(later.findings).toEqual([]);
  });

  it('shows the attempts of a webhook that fails, and keeps those of an endpoint that was deleted', async () => {
    const hook = await world.call(routes.createWebhookEndpoint, { body: { url: 'http://127.0.0.1:20009/hook', eventTypes: ['PaymentSucceeded'] }, key: 'w' });
    const id = await pay(10);
    await world.runFor(10 * MINUTE_MS);
    const failing = await timelineOf(id);
    expect(failing.webhooks).toEqual({ delivered: 0, pending: 1, failed: 0 });
    expect(stepOf(failing, 'WebhookAttemptFailed')?.detail).toMatchObject({ endpointId: hook.body['id'], error: expect.any(String) });
    expect(failing.steps.filter(({ what }) => what === 'WebhookAttemptFailed').length).toBeLessThanOrEqual(5);
    await world.call(routes.deleteWebhookEndpoint, { path: { id: String(hook.body['id']) } });
    expect((await timelineOf(id)).webhooks.pending).toBe(1);
  });

  it('is told while an endpoint is being deleted, which is then found among the live ones and among the deleted', async () => {
    const hook = await world.call(routes.createWebhookEndpoint, { body: { url: `${receiver.url}/hook`, eventTypes: ['PaymentSucceeded'] }, key: 'w' });
    const id = await pay(10);
    await world.drain();
    world.aws.intercept = async ({ operation, input }, proceed) => {
      if (operation !== 'Query' || !JSON.stringify(input).includes('DELETED#')) return proceed();
      world.aws.intercept = (_call, next) => next();
      await world.call(routes.deleteWebhookEndpoint, { path: { id: String(hook.body['id']) } });
      return proceed();
    };
    expect((await timelineOf(id)).webhooks).toEqual({ delivered: 1, pending: 0, failed: 0 });
  });

  it('tells the rest when one part cannot be read, and that it is missing', async () => {
    const id = await pay(10);
    await world.drain();
    world.aws.intercept = (_call, proceed) => {
      const result = proceed() as { Responses?: Record<string, Record<string, unknown>[]> };
      const items = result.Responses?.[tableNameOf('ledger')];
      return items === undefined ? result : { Responses: { [tableNameOf('ledger')]: items.map((item) => ({ ...item, events: { S: 'damaged' } })) } };
    };
    const told = await timelineOf(id);
    expect(codes(told)).toEqual(['record_unreadable']);
    expect(stepOf(told, 'PaymentSucceeded')).toMatchObject({ because: `${id}.payment-1` });
  });

  it('is 404 for a payment of another tenant, for one that nobody has and for what is no id', async () => {
    const id = await pay(10);
    for (const [asked, options] of [[id, { tenant: 'tenant02' }], [`${id.slice(0, -1)}0`, {}], ['pay_1', {}]] as const) {
      expect((await ask(asked, options)).status).toBe(404);
    }
    expect((await ask(id, { scopes: ['payments/write'] })).status).toBe(403);
  });

  it('is read with a handful of strongly consistent reads, and never with the secret of an endpoint', async () => {
    await world.call(routes.createWebhookEndpoint, { body: { url: `${receiver.url}/hook` }, key: 'w' });
    const id = await pay(10);
    await world.drain();
    const before = world.aws.calls.length;
    const reads: Call[] = [];
    world.aws.intercept = (call, proceed) => {
      reads.push(call);
      const result = proceed();
      expect(JSON.stringify(result)).not.toContain('sealedSecret');
      return result;
    };
    await timelineOf(id);
    expect(reads).toHaveLength(world.aws.calls.length - before);
    expect(reads.length).toBeLessThanOrEqual(8);
    for (const { input } of reads) expect(JSON.stringify(input)).toContain('"ConsistentRead":true');
  });
});

describe('the reads of a payment on its way', () => {
  it('are answered while the ledger is down for writing', async () => {
    let isDown = true;
    downOf('ledger', () => isDown);
    const id = await pay(10);
    await world.runFor(10 * MINUTE_MS);
    expect(await timelineOf(id)).toMatchObject({ status: 'processing', waiting: { for: 'ledger' } });
    isDown = false;
  });
});
