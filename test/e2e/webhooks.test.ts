import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { startWebhookReceiver, verifiedEvent } from '../../local/webhook-receiver.ts';
import { expectBooksBalanced } from './support/books.ts';
import { expectStatus, idOf, newCaller, openPair, paymentBody, stopReceiving } from './support/pipeline.ts';
import type { ReceivedWebhook, WebhookReceiver } from '../../local/webhook-receiver.ts';
import type { Caller } from './support/pipeline.ts';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await stopReceiving(receiver);
  await expectBooksBalanced();
});

const webhookIdOf = ({ headers }: ReceivedWebhook): string => String(headers['webhook-id']);
const at = (path: string): readonly ReceivedWebhook[] => receiver.received.filter((webhook) => webhook.path === path);
const addEndpoint = async (caller: Caller, path: string, given: object = {}): Promise<{ id: string; secret: string }> => {
  const answer = expectStatus(await caller.post('/v1/webhook-endpoints', { url: `${receiver.url}${path}`, ...given }), 201);
  return { id: idOf(answer), secret: String(answer.body['secret']) };
};
const pay = async (caller: Caller, payer: string, payee: string): Promise<string> =>
  idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 1)), 202));
const deliveriesOf = async (caller: Caller, endpoint: string): Promise<{ id: string; status: string; attempts: { status?: number; error?: string }[] }[]> =>
  expectStatus(await caller.get(`/v1/webhook-deliveries?endpointId=${endpoint}&limit=100`), 200).body['data'] as Awaited<ReturnType<typeof deliveriesOf>>;

describe('a receiver that fails six times', () => {
  it('gets each event in the end, every attempt under the same id with the same bytes, and each attempt is on record', async () => {
    const caller = await newCaller();
    const { payer, payee } = await openPair(caller, 1_000);
    const times = new Map<string, number>();
    receiver.answers.set('/fails', (webhook) => {
      const time = (times.get(webhookIdOf(webhook)) ?? 0) + 1;
      times.set(webhookIdOf(webhook), time);
      return time <= 6 ? 500 : 200;
    });
    const endpoint = await addEndpoint(caller, '/fails', { eventTypes: ['PaymentSucceeded'] });
    const payments = [await pay(caller, payer, payee), await pay(caller, payer, payee)];
    const deliveries = await poll('both to be delivered', async () => {
      const found = await deliveriesOf(caller, endpoint.id);
      return found.length === 2 && found.every(({ status }) => status === 'delivered') ? found : undefined;
    }, { timeoutMs: 150_000, everyMs: 500 });

    for (const { id, attempts } of deliveries) {
      expect(attempts.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500, 500, 200]);
      const got = at('/fails').filter((webhook) => webhookIdOf(webhook) === id);
      expect(got).toHaveLength(7);
      expect(new Set(got.map(({ body }) => body)).size).toBe(1);
      for (const webhook of got.slice(-1)) expect(payments).toContain(verifiedEvent(endpoint.secret, webhook)['subject']);
    }
    expect(new Set(at('/fails').map(webhookIdOf)).size).toBe(2);

    // Asked for again it comes again, once, as it was.
    const [first] = deliveries;
    for (const key of ['again', 'again']) expectStatus(await caller.post(`/v1/webhook-deliveries/${first?.id ?? ''}/redeliver`, {}, key), 202);
    await poll('it to be delivered again', () => (at('/fails').filter((webhook) => webhookIdOf(webhook) === first?.id).length === 8 ? true : undefined));
  }, 240_000);
});

describe('an endpoint that hangs', () => {
  const PAYMENTS = 24;

  /** Milliseconds from accepting a payment to its last webhook at the healthy endpoint. */
  const delivered = async (caller: Caller, payer: string, payee: string): Promise<number> => {
    const startedAt = Date.now();
    const id = await pay(caller, payer, payee);
    const webhook = await poll(`the webhook of ${id}`, () =>
      at('/healthy').find(({ body }) => {
        const { subject, type } = JSON.parse(body) as { subject: string; type: string };
        return subject === id && type === 'PaymentSucceeded';
      }), { timeoutMs: 60_000, everyMs: 10 });
    return webhook.receivedAt - startedAt;
  };
  /** With a payer of its own: fraud's limits let one payer make only so many payments in an hour. */
  const series = async (caller: Caller): Promise<number[]> => {
    const { payer, payee } = await openPair(caller, 1_000);
    const times: number[] = [];
    const work = async (): Promise<void> => {
      for (let count = 0; count < PAYMENTS / 2; count += 1) times.push(await delivered(caller, payer, payee));
    };
    await Promise.all([work(), work()]);
    return times;
  };
  const p95 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? NaN;

  // A pause of the machine in one series of one round says nothing about endpoints: the middle one of three rounds counts.
  const ROUNDS = 3;

  it('delays no other: p95 of a healthy one stays within 1.5 times of that without it', async () => {
    const caller = await newCaller();
    const { payer, payee } = await openPair(caller, 10_000);
    await addEndpoint(caller, '/healthy');
    // The first ones start the functions.
    for (let warm = 0; warm < 4; warm += 1) await delivered(caller, payer, payee);

    const ratios: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const path = `/dead-${round}`;
      const before = await series(caller);
      receiver.answers.set(path, 'hang');
      const dead = await addEndpoint(caller, path);
      const during = await series(caller);
      expect(at(path).length).toBeGreaterThan(0);
      const waiting = await deliveriesOf(caller, dead.id);
      expect(waiting.length).toBeGreaterThanOrEqual(PAYMENTS);
      // Most of them were never tried: they wait behind the first.
      expect(at(path).length).toBeLessThan(waiting.length);
      expectStatus(await caller.call('DELETE', `/v1/webhook-endpoints/${dead.id}`), 204);
      const after = await series(caller);
      ratios.push(p95(during) / p95([...before, ...after]));
    }
    expect(ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThanOrEqual(1.5);
  }, 300_000);
});
