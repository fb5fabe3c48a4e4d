import { unmarshall } from '@aws-sdk/util-dynamodb';
import { deliverWebhook } from '../../../lambdas/notifications/deliver-webhook.ts';
import { notificationsEvents } from '../../../lambdas/notifications/notifications-events.ts';
import { recordEvent } from '../../../lambdas/notifications/record-event.ts';
import { sweepDelivery } from '../../../lambdas/notifications/sweep-deliveries.ts';
import { newWebhookSecret } from '../../../lambdas/notifications/webhook-signature.ts';
import { eventsOfChange } from '../../../lambdas/outbox/events-of-change.ts';
import { dynamoDbDueStore } from '../../../lambdas/shared/aws/dynamodb-due-store.ts';
import { webhookDeliveryId } from '../../../lambdas/shared/ids/ids.ts';
import { sweep } from '../../../lambdas/shared/due-work/sweep.ts';
import { anEndpoint, endpointId, openWorld, START, TENANT, testSchedule } from './notifications-world.ts';
import type { Delivery } from '../../../lambdas/notifications/delivery.ts';
import type { Webhook, WebhookAnswer } from '../../../lambdas/notifications/webhook-sender.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { Outcome } from '../../../lambdas/shared/queue/outcome.ts';
import type { World } from './notifications-world.ts';

export type Ask = Envelope<'WebhookDeliveryRequested'>;

/** A world with one endpoint, a receiver that answers as it is told, and the delivery function's use case. */
export interface DeliveryWorld extends World {
  readonly secret: string;
  readonly sent: Webhook[];
  readonly hints: { readonly ask: Ask; readonly at: number }[];
  /** Answers to come, first to last; then 200. */
  answers: (WebhookAnswer | ((whenSlow: () => void) => Promise<WebhookAnswer>))[];
  deliver(ask: Ask): Promise<Outcome>;
  record(event: Envelope): Promise<void>;
  /** What the relay says of all writes so far. */
  said(): Envelope[];
  asks(): Ask[];
  askOf(event: Envelope): Ask;
  stored(event: Envelope, endpoint?: string): Promise<Delivery>;
  sweep(): Promise<void>;
}

const ATTEMPT_MS = 40;

export const openDeliveryWorld = async (now: number): Promise<DeliveryWorld> => {
  const world = openWorld();
  world.advance(now - START);
  const secret = newWebhookSecret();
  await world.endpoints.create(TENANT, anEndpoint('shop', { sealedSecret: await world.vault.seal(TENANT, endpointId('shop'), secret), createdAt: now }), 20);
  const sent: Webhook[] = [];
  const hints: DeliveryWorld['hints'] = [];
  const self: DeliveryWorld = {
    ...world, secret, sent, hints, answers: [],
    deliver: (ask) => deliverWebhook({ ...world, sender, schedule: testSchedule, hint: async (again, delayMs) => void hints.push({ ask: again, at: world.now() + delayMs }) }, ask),
    record: async (event) => {
      await recordEvent(world, event);
    },
    said: () =>
      world.aws.stream(world.table).flatMap(({ dynamodb }) => {
        const image = (value: unknown) => (value === undefined ? undefined : unmarshall(value as Parameters<typeof unmarshall>[0]));
        return eventsOfChange(notificationsEvents, image(dynamodb?.OldImage), image(dynamodb?.NewImage));
      }),
    asks: () => self.said().filter((event): event is Ask => event.type === 'WebhookDeliveryRequested'),
    askOf: (event) => {
      const ask = self.asks().find(({ data }) => data.eventId === event.id);
      if (ask === undefined) throw new Error('The event asked for no delivery.');
      return ask;
    },
    stored: async (event, endpoint = 'shop') => {
      const found = await world.deliveries.get(TENANT, webhookDeliveryId(TENANT, event.id, endpointId(endpoint)));
      if (found === undefined) throw new Error('There is no such delivery.');
      return found;
    },
    sweep: () => sweep({ store: dynamoDbDueStore(world.table), act: (item) => sweepDelivery(world.deliveries, item), deadline: world.now() + 50_000 }),
  };
  const sender = {
    send: async (webhook: Webhook, whenSlow: () => void): Promise<WebhookAnswer> => {
      sent.push(webhook);
      world.advance(ATTEMPT_MS);
      const answer = self.answers.shift() ?? { status: 200 };
      return typeof answer === 'function' ? answer(whenSlow) : answer;
    },
  };
  return self;
};
