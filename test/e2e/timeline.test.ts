import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { projectFolder } from '../../local/state-folder.ts';
import { startWebhookReceiver } from '../../local/webhook-receiver.ts';
import { timelineAnswerSchema } from '../../scripts/operations/timeline-answer.ts';
import { expectBooksBalanced } from './support/books.ts';
import { context, ended, expectStatus, idOf, newCaller, openPair, paymentBody, stopReceiving } from './support/pipeline.ts';
import type { TimelineAnswer } from '../../scripts/operations/timeline-answer.ts';
import type { WebhookReceiver } from '../../local/webhook-receiver.ts';
import type { Caller } from './support/pipeline.ts';

let caller: Caller;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  caller = await newCaller();
  expectStatus(await caller.post('/v1/webhook-endpoints', { url: `${receiver.url}/hook`, eventTypes: ['PaymentSucceeded'] }), 201);
});
afterAll(async () => {
  await stopReceiving(receiver);
  await expectBooksBalanced();
});

const paid = async (): Promise<string> => {
  const { payer, payee } = await openPair(caller, 100);
  const id = idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 40)), 202));
  await ended(caller, id);
  return id;
};
const timelineOf = async (id: string): Promise<TimelineAnswer> =>
  timelineAnswerSchema.parse(expectStatus(await caller.get(`/v1/payments/${id}/timeline`), 200).body);
const delivered = (id: string): Promise<TimelineAnswer> =>
  poll('the webhook to be recorded', async () => {
    const told = await timelineOf(id);
    return told.webhooks.delivered === 1 ? told : undefined;
  }, { everyMs: 100 });

describe('the timeline of a payment', () => {
  it('tells what happened, each step with its cause, from the request to the webhook', async () => {
    const id = await paid();
    const { steps, ...told } = await delivered(id);
    const whatOf = (because: string | null): string | undefined => steps.find((step) => step.id === because)?.what;
    expect(steps.map(({ what, because }) => [what, whatOf(because)])).toEqual([
      ['PaymentRequested', undefined],
      ['PaymentInitiated', 'PaymentRequested'],
      ['FraudAssessed', 'PaymentInitiated'],
      ['PaymentApproved', 'FraudAssessed'],
      ['FundsTransferred', 'PaymentApproved'],
      ['PaymentSucceeded', 'FundsTransferred'],
      ['WebhookDeliveryRequested', 'PaymentSucceeded'],
      ['WebhookDelivered', 'WebhookDeliveryRequested'],
    ]);
    expect(told).toMatchObject({ status: 'succeeded', waiting: null, findings: [], webhooks: { delivered: 1, pending: 0, failed: 0 } });
    const events = expectStatus(await caller.get('/v1/events?limit=100'), 200).body['data'] as { id: string; subject: string }[];
    expect(steps.filter(({ eventLog }) => eventLog === 'logged').map((step) => step.id).sort()).toEqual(events.filter(({ subject }) => subject === id).map((event) => event.id).sort());
  });

  it('is 404 for another tenant, and is answered within a second and a half once the function is warm', async () => {
    const id = await paid();
    expectStatus(await (await newCaller()).get(`/v1/payments/${id}/timeline`), 404);
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const startedAt = performance.now();
      await timelineOf(id);
      times.push(performance.now() - startedAt);
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(1_500);
  });

  it('is told in the terminal by the command that is printed, with what is exported', async () => {
    const id = await paid();
    await delivered(id);
    const env = { PATH: process.env['PATH'], CACERT: context.engine.caFile, API: context.apiBaseUrl, TOKEN: caller.token };
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/explain.ts', id], { cwd: projectFolder, env });
    expect(stdout.split('\n')[0]).toBe(`${id}  0.40 EUR  succeeded`);
    expect(stdout).toMatch(/ledger +the money moves: 0\.40 EUR\n.*payments +succeeded\n/);
    expect(stdout).toMatch(/next: {3}nothing, the payment has ended\n$/);
    const refused = await promisify(execFile)(process.execPath, ['scripts/explain.ts', 'pay_1'], { cwd: projectFolder, env }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('404 not_found') });
  });
});
