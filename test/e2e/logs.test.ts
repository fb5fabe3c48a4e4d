import { CloudWatchLogsClient, paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { startWebhookReceiver } from '../../local/webhook-receiver.ts';
import { expectBooksBalanced } from './support/books.ts';
import { ended, expectStatus, idOf, newCaller, openPair, paymentBody, sdk, stopReceiving } from './support/pipeline.ts';
import type { WebhookReceiver } from '../../local/webhook-receiver.ts';

const logs = new CloudWatchLogsClient(sdk);
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  logs.destroy();
  await stopReceiving(receiver);
  await expectBooksBalanced();
});

// From a time on, since the engine gives no more than the oldest 10,000 lines of a group and no token for the next ones.
const linesByGroup = async (startTime: number): Promise<Map<string, string[]>> => {
  const lines = new Map<string, string[]>();
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {})) {
    for (const { logGroupName = '' } of logGroups) {
      const own: string[] = [];
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName, startTime })) own.push(...events.map(({ message = '' }) => message));
      lines.set(logGroupName, own);
    }
  }
  return lines;
};

it('carries one correlation id and one trace id through the log lines of every function from the request to the webhook, and no secret', async () => {
  const startedAt = Date.now();
  const caller = await newCaller();
  const endpoint = expectStatus(await caller.post('/v1/webhook-endpoints', { url: `${receiver.url}/hook` }), 201);
  const { payer, payee } = await openPair(caller, 1_000);
  const accepted = expectStatus(await caller.post('/v1/payments', { ...paymentBody(payer, payee, 10), reference: 'MARKED-REFERENCE', metadata: { note: 'MARKED-METADATA' } }), 202);
  await ended(caller, idOf(accepted));
  await poll('the webhook', () => receiver.received.find(({ body }) => body.includes('"PaymentSucceeded"') && body.includes(idOf(accepted))));

  const correlation = String(accepted.headers.get('x-request-id'));
  const expected = ['Payments.*Api', 'Payments.*Relay', 'Fraud.*Consumer', 'Fraud.*Relay', 'Payments.*Consumer', 'Ledger.*Consumer', 'Ledger.*Relay', 'Notifications.*Consumer', 'Notifications.*Deliveries'];
  const lines = await poll('every function to have logged', async () => {
    const found = await linesByGroup(startedAt);
    const carrying = [...found].filter(([, own]) => own.some((line) => line.includes(`"correlationId":"${correlation}"`))).map(([group]) => group);
    return expected.every((pattern) => carrying.some((group) => new RegExp(pattern).test(group))) ? found : undefined;
  }, { timeoutMs: 30_000, everyMs: 1_000 });

  // Each function has an X-Ray trace of its own; the request's is carried by the events.
  const ofThisRequest = [...lines.values()].flat().filter((line) => line.includes(`"correlationId":"${correlation}"`));
  const traces = ofThisRequest.map((line) => /"traceId":"(1-[0-9a-f]{8}-[0-9a-f]{24})"/.exec(line)?.[1]);
  expect([ofThisRequest.length >= expected.length, new Set(traces).size, traces.includes(undefined)]).toEqual([true, 1, false]);
  const hook = receiver.received.find(({ body }) => body.includes('"PaymentSucceeded"') && body.includes(idOf(accepted)));
  expect(`1-${String(hook?.headers['traceparent']).slice(3, 35).replace(/^.{8}/, '$&-')}`).toBe(traces[0]);

  const everything = [...lines.values()].flat().join('\n');
  const forbidden = [caller.token, caller.client.clientSecret, String(endpoint.body['secret']), 'MARKED-REFERENCE', 'MARKED-METADATA'];
  expect(forbidden.filter((secret) => everything.includes(secret))).toEqual([]);
}, 60_000);
