import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { deliverWebhook, WebhookAttemptFailedError } from '../../../lambdas/notifications/deliver-webhook.ts';
import { newDelivery } from '../../../lambdas/notifications/delivery.ts';
import { notificationsEvents } from '../../../lambdas/notifications/notifications-events.ts';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { recordEvent } from '../../../lambdas/notifications/record-event.ts';
import { newWebhookSecret } from '../../../lambdas/notifications/webhook-signature.ts';
import { eventsOfChange } from '../../../lambdas/outbox/events-of-change.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { anEndpoint, aPublicEvent, closeWorld, endpointId, openWorld, START, TENANT } from './notifications-world.ts';
import type { Webhook, WebhookAnswer } from '../../../lambdas/notifications/webhook-sender.ts';
import type { Delivery } from '../../../lambdas/notifications/delivery.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { World } from './notifications-world.ts';

// The receiver's verifier lives in the system's time.
const NOW = Date.now();
const event = aPublicEvent({ at: NOW });
const delivery = newDelivery(TENANT, publicEventOf(event), endpointId('shop'));
const secret = newWebhookSecret();

let world: World;
let sent: Webhook[];
let answers: WebhookAnswer[];
let ask: Envelope<'WebhookDeliveryRequested'>;

beforeEach(async () => {
  world = openWorld();
  world.advance(NOW - START);
  [sent, answers] = [[], []];
  await world.endpoints.create(TENANT, anEndpoint('shop', { sealedSecret: await world.vault.seal(TENANT, endpointId('shop'), secret) }), 20);
  await recordEvent(world, event);
  ask = askFrom(world);
});
afterEach(closeWorld);

const askFrom = ({ aws, table }: World): typeof ask => {
  const image = aws.stream(table).map(({ dynamodb }) => unmarshall((dynamodb?.NewImage ?? {}) as Parameters<typeof unmarshall>[0])).find(({ sk }) => sk === 'DELIVERY');
  const [said] = eventsOfChange(notificationsEvents, undefined, image);
  if (said?.type !== 'WebhookDeliveryRequested') throw new Error('The delivery does not ask for its first attempt.');
  return said;
};
const sender = {
  send: async (webhook: Webhook): Promise<WebhookAnswer> => {
    sent.push(webhook);
    world.advance(40);
    return answers.shift() ?? { status: 200 };
  },
};
const deliver = () => deliverWebhook({ ...world, sender }, ask);
const stored = async (): Promise<Delivery | undefined> => world.deliveries.get(TENANT, delivery.id);

describe('the ask for a webhook', () => {
  it('says which event goes to which endpoint, under the correlation of the request', () => {
    expect(ask).toMatchObject({
      id: `${delivery.id}-1`, subject: delivery.id, tenantid: TENANT, source: 'payment-pipeline.notifications', correlationid: event.correlationid, causationid: event.id, emission: 1,
      data: { deliveryId: delivery.id, eventId: event.id, endpointId: endpointId('shop') },
    });
    expect(ask.publicsequence).toBeUndefined();
  });

  it('is not said by endpoints, the log and the record of an attempt', async () => {
    await deliver();
    const said = world.aws.stream(world.table).flatMap(({ dynamodb }) => {
      const [before, after] = [dynamodb?.OldImage, dynamodb?.NewImage].map((image) => (image === undefined ? undefined : unmarshall(image as Parameters<typeof unmarshall>[0])));
      return eventsOfChange(notificationsEvents, before, after);
    });
    expect(said).toHaveLength(1);
  });
});

describe('delivering a webhook', () => {
  it('sends the event, signed so that the official library verifies it', async () => {
    expect(await deliver()).toBe('applied');
    expect(sent).toHaveLength(1);
    const { url, headers, body } = sent[0]!;
    expect(url).toBe('https://shop.example.com/hook');
    expect(headers).toMatchObject({ 'webhook-id': delivery.id, 'X-Correlation-Id': event.correlationid, 'Content-Type': 'application/json' });
    const { emission: _emission, ...envelope } = event;
    expect(new Verifier(secret).verify(body, headers)).toEqual(envelope);
    expect(() => new Verifier(newWebhookSecret()).verify(body, headers)).toThrow();
    expect(() => new Verifier(secret).verify(`${body} `, headers)).toThrow();
    expect(await stored()).toMatchObject({ status: 'delivered', attempts: [{ status: 200, durationMs: 40 }] });
  });

  it('fails with 500, then succeeds, with the same id and the same bytes', async () => {
    answers = [{ status: 500 }, { status: 200 }];
    await expect(deliver()).rejects.toThrow(WebhookAttemptFailedError);
    expect(await stored()).toMatchObject({ status: 'pending', attempts: [{ status: 500 }] });
    world.advance(5_000);
    expect(await deliver()).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'delivered', attempts: [{ status: 500 }, { status: 200 }] });
    expect(sent[1]?.body).toBe(sent[0]?.body);
    expect(sent[1]?.headers['webhook-id']).toBe(sent[0]?.headers['webhook-id']);
    expect(sent[1]?.headers['webhook-timestamp']).not.toBe(sent[0]?.headers['webhook-timestamp']);
  });

  it.each([301, 302, 307, 308, 400, 404, 410, 199, 500])('takes the status %p for a failure', async (status) => {
    answers = [{ status }];
    await expect(deliver()).rejects.toThrow(`status ${status}`);
    expect(await stored()).toMatchObject({ status: 'pending', attempts: [{ status }] });
  });

  it.each(['timeout', 'address_not_allowed', 'connection_failed'] as const)('records %p as a failed attempt', async (error) => {
    answers = [{ error }];
    await expect(deliver()).rejects.toThrow(error);
    expect(await stored()).toMatchObject({ status: 'pending', attempts: [{ error }] });
    expect((await stored())?.attempts[0]).not.toHaveProperty('status');
  });

  it('does not send again what was delivered', async () => {
    await deliver();
    expect(await deliver()).toBe('already');
    expect(sent).toHaveLength(1);
  });

  it('sends again with the same id when it was killed before the attempt was recorded', async () => {
    const healthy = world.aws.intercept;
    world.aws.intercept = (call, proceed) => {
      if (call.operation === 'UpdateItem') throw connectionLost();
      return healthy(call, proceed);
    };
    await expect(deliver()).rejects.toThrow('socket hang up');
    world.aws.intercept = healthy;
    expect(await deliver()).toBe('applied');
    expect(sent.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.id, delivery.id]);
    expect((await stored())?.attempts).toHaveLength(1);
  });

  it('keeps both attempts when the same message is worked on twice at the same time', async () => {
    answers = [{ status: 500 }, { status: 200 }];
    const outcomes = await Promise.allSettled([deliver(), deliver()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await stored()).toMatchObject({ status: 'delivered' });
    expect((await stored())?.attempts).toHaveLength(2);
  });

  it('ends the delivery when its endpoint was deleted', async () => {
    await world.endpoints.remove(TENANT, endpointId('shop'));
    expect(await deliver()).toBe('applied');
    expect(await deliver()).toBe('already');
    expect(sent).toEqual([]);
    expect(await stored()).toMatchObject({ status: 'failed', attempts: [{ error: 'endpoint_deleted' }] });
  });

  it('finds an ask late whose delivery is past its retention', async () => {
    world.advance(38 * 86_400_000);
    world.aws.expireItems(world.table);
    expect(await deliver()).toBe('late');
    expect(sent).toEqual([]);
  });

  it('sends nothing when the secret cannot be opened', async () => {
    const healthy = world.aws.intercept;
    world.aws.intercept = (call, proceed) => {
      if (call.service === 'KMS') throw connectionLost();
      return healthy(call, proceed);
    };
    await expect(deliver()).rejects.toThrow();
    expect(sent).toEqual([]);
    expect(await stored()).toMatchObject({ status: 'pending', attempts: [] });
  });
});
