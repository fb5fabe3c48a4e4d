import * as z from 'zod';
import { deliveryStatuses } from '../../lambdas/notifications/delivery.ts';
import { publicEventTypes } from '../../lambdas/shared/events/registry.ts';
import { deliveryId, time, webhookEndpointId } from './schemas.ts';

/** What the routes of webhooks answer with. */
export const webhookEndpoint = z
  .strictObject({
    id: webhookEndpointId,
    url: z.url(),
    eventTypes: z.array(z.enum(publicEventTypes)).describe('The events it is told of.'),
    status: z.enum(['enabled', 'disabled']).describe('disabled: by a request, or because it failed for days or answered 410. It is told nothing.'),
    description: z.string().optional(),
    createdAt: time('When it was created.'),
  })
  .meta({ id: 'WebhookEndpoint' });

export const createdWebhookEndpoint = webhookEndpoint
  .extend({
    status: z.enum(['enabled', 'disabled', 'deleted']).describe('deleted: only in a repeat of the request after the endpoint was deleted.'),
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+=*$/)
      .optional()
      .describe('Signs its webhooks (Standard Webhooks). Told only to the request that makes it, and for a day to its repeats.'),
  })
  .meta({ id: 'CreatedWebhookEndpoint' });

export const rotatedWebhookEndpoint = createdWebhookEndpoint
  .extend({ previousSecretValidUntil: time('Until then its webhooks are signed with the secret before, too.') })
  .meta({ id: 'RotatedWebhookEndpoint' });

export const delivery = z
  .strictObject({
    id: deliveryId,
    eventId: z.string().describe('The event that is told.'),
    endpointId: webhookEndpointId,
    status: z.enum(deliveryStatuses).describe('failed: given up, until it is delivered again.'),
    attempts: z
      .array(z.strictObject({
        at: time('When it began.'),
        durationMs: z.int().min(0),
        status: z.int().optional().describe('HTTP status of the answer.'),
        error: z.string().optional().describe('Why there was no answer, or why no attempt was made.'),
        answer: z.string().optional().describe('The beginning of the body of the answer, at most 1 KB. Left out if it looks like a card number.'),
      }))
      .describe('Oldest first; the last 20.'),
    nextAttemptAt: time('When it is tried next; only while it is pending.').optional(),
    createdAt: time('When it was first asked for.'),
  })
  .meta({ id: 'WebhookDelivery' });

export const failedRedelivered = z
  .strictObject({
    endpointId: webhookEndpointId,
    redelivered: z.int().min(0).describe('How many are delivered again.'),
    complete: z.boolean().describe('false: there are more than one call takes on.'),
    continueTo: time('Only when it is not complete: the `to` of the call that goes on, with the same `from` and another key.').optional(),
  })
  .meta({ id: 'FailedRedelivered' });
