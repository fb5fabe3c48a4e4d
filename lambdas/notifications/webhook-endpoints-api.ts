import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { publicEventTypes } from '../shared/events/registry.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { lineSchema } from '../shared/http/text-schema.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound } from '../shared/http/problem.ts';
import { REMEMBER_SECONDS } from '../shared/idempotency/run-once.ts';
import { isWebhookEndpointId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import { changeWebhookEndpoint } from './change-webhook-endpoint.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { pageOfEndpoints } from './page-of-endpoints.ts';
import { webhookEndpointAnswer } from './webhook-endpoint.ts';
import { webhookUrlSchema } from './webhook-url.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { CreateWebhookEndpointPorts } from './create-webhook-endpoint.ts';

export interface WebhookEndpointsPorts extends CreateWebhookEndpointPorts {
  readonly signer: CursorSigner;
}

export const newWebhookEndpointSchema = z.strictObject({
  url: webhookUrlSchema,
  eventTypes: z
    .array(z.enum(publicEventTypes, 'is not a public event type'))
    .min(1)
    .refine((types) => new Set(types).size === types.length, 'names a type twice')
    .optional(),
  description: lineSchema(500).optional(),
});

export const changeWebhookEndpointSchema = newWebhookEndpointSchema
  .partial()
  .extend({ status: z.enum(['enabled', 'disabled'], 'must be enabled or disabled').optional() })
  .refine((change) => Object.keys(change).length > 0, 'must change something');

/** @throws ProblemError not_found for what cannot be an id */
const idOf = (request: ApiRequest): WebhookEndpointId => {
  const id = request.path['id'] ?? '';
  if (!isWebhookEndpointId(id)) throw notFound();
  return id;
};

export const webhookEndpointsApi = (ports: WebhookEndpointsPorts): Endpoint[] => [create(ports), list(ports), get(ports), change(ports), remove(ports)];

const create = (ports: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.createWebhookEndpoint,
    bodySchema: newWebhookEndpointSchema,
    handle: async (request) => {
      // A refused URL or a reached limit is thrown, so it is not remembered: nothing exists that could tell the key's first request.
      const { endpoint: created, replayed } = await createWebhookEndpoint(ports, routes.createWebhookEndpoint.operation, request);
      const headers = { Location: `${routes.createWebhookEndpoint.resource}/${created.id}` };
      return { status: 201, headers, body: webhookEndpointAnswer(created), replayed };
    },
    complete: (response, request) => withSecret(ports, response, request),
  });

/** The response cache never sees the secret: it is opened from the endpoint each time the creating request is answered. */
const withSecret = async (
  { endpoints, vault }: WebhookEndpointsPorts, response: ApiResponse, request: ApiRequest,
): Promise<ApiResponse> => {
  const id = response.body?.['id'];
  if (response.status !== 201 || typeof id !== 'string' || !isWebhookEndpointId(id)) return response;
  const { tenant } = request.caller;
  const live = await endpoints.get(tenant, id);
  if (live === undefined) return { ...response, body: { ...response.body, status: 'deleted' } };
  // Shown once, and to a repeat of the same request while its answer is promised.
  if (clock.now(tenant) - live.createdAt > REMEMBER_SECONDS * 1_000) return response;
  return { ...response, body: { ...response.body, secret: await vault.open(tenant, id, live.sealedSecret) } };
};

const list = ({ endpoints, signer }: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.listWebhookEndpoints,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(
        signer, { tenant, operation: routes.listWebhookEndpoints.operation, filter: null }, query,
        async ({ limit, before }) => pageOfEndpoints(await endpoints.all(tenant), limit, before), webhookEndpointAnswer,
      ),
  });

const get = ({ endpoints }: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.getWebhookEndpoint,
    handle: async (request) => {
      const found = await endpoints.get(request.caller.tenant, idOf(request));
      if (found === undefined) throw notFound();
      return { status: 200, body: webhookEndpointAnswer(found) };
    },
  });

const change = (ports: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.changeWebhookEndpoint,
    bodySchema: changeWebhookEndpointSchema,
    handle: async (request) => {
      const changed = await changeWebhookEndpoint(ports, request.caller.tenant, idOf(request), request.body);
      if (changed === undefined) throw notFound();
      return { status: 200, body: webhookEndpointAnswer(changed) };
    },
  });

const remove = ({ endpoints }: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.deleteWebhookEndpoint,
    handle: async (request) => {
      if (!(await endpoints.remove(request.caller.tenant, idOf(request)))) throw notFound();
      return { status: 204 };
    },
  });
