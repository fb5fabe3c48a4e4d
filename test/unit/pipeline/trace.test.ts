import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { startWebhookReceiver } from '../../../local/webhook-receiver.ts';
import { openPair } from '../../support/accounts.ts';
import { openWorld } from '../../support/world.ts';
import type { WebhookReceiver } from '../../../local/webhook-receiver.ts';
import type { World } from '../../support/world.ts';

let world: World;
let receiver: WebhookReceiver;
beforeEach(async () => {
  world = await openWorld();
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  world.close();
  await receiver.stop();
});

interface Said {
  readonly type: string;
  readonly correlationid: string;
  readonly traceparent?: string;
}

const play = async (): Promise<{ readonly correlation: string; readonly trace: string; readonly said: readonly Said[] }> => {
  const { payer, payee } = await openPair(world, 100);
  await world.call(routes.createWebhookEndpoint, { body: { url: `${receiver.url}/hook`, eventTypes: ['PaymentSucceeded'] }, key: 'w' });
  await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value: 10, currency: 'EUR' } }, key: 'p', requestId: 'the-request' });
  const [, root, parent] = /^Root=1-(.*);Parent=(.*);Sampled=1$/.exec(process.env['_X_AMZN_TRACE_ID'] ?? '') ?? [];
  await world.drain();
  const said = world.aws.published.map(({ event }) => event.detail as Said).filter(({ correlationid }) => correlationid === 'the-request');
  return { correlation: 'the-request', trace: `00-${root?.replace('-', '') ?? ''}-${parent ?? ''}-01`, said };
};

describe('the trace of a payment', () => {
  it('is one from the HTTP request to the last event and the webhook', async () => {
    const { trace, said } = await play();
    expect(said.map(({ type }) => type)).toEqual(['PaymentInitiated', 'FraudAssessed', 'PaymentApproved', 'FundsTransferred', 'PaymentSucceeded', 'WebhookDeliveryRequested']);
    expect(new Set(said.map(({ traceparent }) => traceparent))).toEqual(new Set([trace]));
    expect(receiver.received.map(({ headers }) => headers['traceparent'])).toEqual([trace]);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ traceparent: trace });
  });

  it('is told to EventBridge as X-Ray knows it, which hands it to the queues', async () => {
    const { trace } = await play();
    const headers = world.aws.calls.filter(({ operation }) => operation === 'PutEvents').flatMap(({ input }) => (input as { Entries: { Detail: string; TraceHeader: string }[] }).Entries)
      .filter(({ Detail }) => Detail.includes('the-request')).map(({ TraceHeader }) => TraceHeader);
    expect(new Set(headers)).toEqual(new Set([`Root=1-${trace.slice(3, 11)}-${trace.slice(11, 35)};Parent=${trace.slice(36, 52)};Sampled=1`]));
  });

  it('is another for another request', async () => {
    const { said } = await play();
    const others = world.aws.published.map(({ event }) => event.detail as Said).filter(({ correlationid }) => correlationid !== 'the-request');
    expect(others.length).toBeGreaterThan(2);
    expect(others.filter(({ traceparent }) => traceparent === undefined || traceparent === said[0]?.traceparent)).toEqual([]);
  });
});
