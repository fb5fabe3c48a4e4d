import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { isId, isWebhookEndpointId, patternOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { deliveryStatuses } from './delivery.ts';
import { deliveryView } from './delivery-view.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { redeliverFailed } from './redeliver-failed.ts';
import { redeliverWebhook } from './redeliver-webhook.ts';
import { testWebhookEndpoint } from './test-webhook-endpoint.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { Route } from '../shared/contract/routes.ts';
import type { CallerCommand } from '../shared/idempotency/caller-command.ts';
import type { RedeliverPorts } from './redeliver-webhook.ts';
import type { TestWebhookEndpointPorts } from './test-webhook-endpoint.ts';

export interface WebhookDeliveriesPorts extends RedeliverPorts, TestWebhookEndpointPorts {
  readonly signer: CursorSigner;
}

export const listDeliveriesSchema = listQuerySchema.extend({
  endpointId: z.string().regex(patternOf('webhookEndpoint'), 'must be the id of a webhook endpoint').refine(isWebhookEndpointId).optional(),
  status: z.enum(deliveryStatuses, 'must be pending, delivered or failed').optional(),
  eventId: z.string().min(1).max(160).optional(),
});

const instant = z.iso.datetime({ offset: true, error: 'must be a time, RFC 3339' });
export const redeliverFailedSchema = z
  .strictObject({ from: instant, to: instant })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'must be later than from', path: ['to'] });

/** `/v1/webhook-deliveries`, the redelivery of what an endpoint missed, and the delivery of a test. */
export const webhookDeliveriesApi = (ports: WebhookDeliveriesPorts): Endpoint[] => [list(ports), get(ports), redeliver(ports), redeliverRange(ports), test(ports)];

const list = ({ endpoints, deliveries, signer }: WebhookDeliveriesPorts): Endpoint =>
  endpoint({
    route: routes.listWebhookDeliveries,
    querySchema: listDeliveriesSchema,
    handle: ({ caller: { tenant }, query: { limit, cursor, ...filter } }) => {
      const scope = { tenant, operation: routes.listWebhookDeliveries.operation, filter: [filter.endpointId ?? null, filter.status ?? null, filter.eventId ?? null] };
      return listResponse(
        signer, scope, { limit, cursor },
        (page) => listWebhookDeliveries(endpoints, deliveries, tenant, filter, page), deliveryView,
      );
    },
  });

const get = ({ deliveries }: WebhookDeliveriesPorts): Endpoint =>
  endpoint({
    route: routes.getWebhookDelivery,
    handle: async (request) => {
      const found = await deliveries.get(request.caller.tenant, deliveryIdIn(request));
      if (found === undefined) throw notFound();
      return { status: 200, body: deliveryView(found) };
    },
  });

const redeliver = (ports: WebhookDeliveriesPorts): Endpoint =>
  endpoint({
    route: routes.redeliverWebhook,
    bodySchema: z.strictObject({}),
    handle: async (request): Promise<ApiResponse> => {
      const result = await redeliverWebhook(ports, request.caller.tenant, deliveryIdIn(request), commandOf(routes.redeliverWebhook, request));
      switch (result.kind) {
        case 'asked':
          return { status: 202, body: deliveryView(result.delivery), replayed: result.replayed };
        case 'too-old':
          throw new ProblemError('delivery_too_old', 'The event is older than 30 days: it would be deleted before its attempts end.');
        case 'in-progress':
          throw new ProblemError('delivery_in_progress', 'The delivery is being attempted at this moment. Try again in a minute.', { retryAfterSeconds: 60 });
        default:
          throw refusal(request, result);
      }
    },
  });

const redeliverRange = (ports: WebhookDeliveriesPorts): Endpoint =>
  endpoint({
    route: routes.redeliverFailedWebhooks,
    bodySchema: redeliverFailedSchema,
    handle: async (request): Promise<ApiResponse> => {
      const id = endpointIdIn(request);
      const range = { from: Date.parse(request.body.from), to: Date.parse(request.body.to) };
      const result = await redeliverFailed(ports, request.caller.tenant, id, range, commandOf(routes.redeliverFailedWebhooks, request));
      if (result.kind !== 'done') throw refusal(request, result);
      return { status: 200, body: { endpointId: id, redelivered: result.redelivered, complete: result.continueTo === undefined, ...goesOn(result.continueTo) } };
    },
  });

const test = (ports: WebhookDeliveriesPorts): Endpoint =>
  endpoint({
    route: routes.testWebhookEndpoint,
    bodySchema: z.strictObject({}),
    handle: async (request): Promise<ApiResponse> => {
      const result = await testWebhookEndpoint(ports, request.caller.tenant, endpointIdIn(request), request.origin, commandOf(routes.testWebhookEndpoint, request));
      if (result.kind !== 'asked') throw refusal(request, result);
      return { status: 202, body: deliveryView(result.delivery), replayed: result.replayed };
    },
  });

const goesOn = (to: number | undefined) => (to === undefined ? {} : { continueTo: toRfc3339(to) });

const endpointIdIn = ({ path: { id = '' } }: ApiRequest): WebhookEndpointId => {
  if (!isWebhookEndpointId(id)) throw notFound();
  return id;
};

const deliveryIdIn = ({ path: { id = '' } }: ApiRequest): string => {
  if (!isId('delivery', id)) throw notFound();
  return id;
};

const commandOf = ({ operation }: Route, { idempotencyKey, fingerprint }: ApiRequest): CallerCommand => ({ operation, idempotencyKey, fingerprint });

type Refused = { readonly kind: 'not-found' | 'not-enabled' } | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

/** What any delivery that is asked for may be refused for. */
const refusal = (request: Parameters<typeof keyReused>[0], refused: Refused): ProblemError => {
  if (refused.kind === 'key-reused') return keyReused(request, refused.earlier);
  return refused.kind === 'not-found' ? notFound() : new ProblemError('webhook_endpoint_not_enabled', 'The webhook endpoint was deleted or is disabled. Enable it first.');
};
