import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { publicEventTypes } from '../shared/events/registry.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { lineSchema } from '../shared/http/text-schema.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { notFound } from '../shared/http/problem.ts';
import { isWebhookEndpointId } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { commandName } from '../shared/idempotency/caller-command.ts';
import { changeWebhookEndpoint } from './change-webhook-endpoint.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { pageOfEndpoints } from './page-of-endpoints.ts';
import { rotateWebhookSecret } from './rotate-webhook-secret.ts';
import { previousSecretUntil } from './secret-rotation.ts';
import { showSecret } from './show-secret.ts';
import { webhookEndpointAnswer } from './webhook-endpoint.ts';
import { webhookUrlSchema } from './webhook-url.ts';
import type { ApiRequest, Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { CallerCommand } from '../shared/idempotency/caller-command.ts';
import type { CreateWebhookEndpointPorts } from './create-webhook-endpoint.ts';
import type { RotateWebhookSecretPorts } from './rotate-webhook-secret.ts';

export interface WebhookEndpointsPorts extends CreateWebhookEndpointPorts, RotateWebhookSecretPorts {
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

export const webhookEndpointsApi = (ports: WebhookEndpointsPorts): Endpoint[] => [create(ports), list(ports), get(ports), change(ports), rotateSecret(ports), remove(ports)];

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
    complete: (response, request) => showSecret(ports, response, request, ({ createdAt, rotation }) => (rotation === undefined ? createdAt : undefined)),
  });

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

const rotateSecret = (ports: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.rotateWebhookSecret,
    bodySchema: z.strictObject({}),
    handle: async (request) => {
      const result = await rotateWebhookSecret(ports, request.caller.tenant, idOf(request), rotationIn(request));
      if (result.kind === 'not-found') throw notFound();
      if (result.kind === 'key-reused') throw keyReused(request, result.earlier);
      const { endpoint: { rotation, ...rest }, replayed } = result;
      const overlap = rotation === undefined ? {} : { previousSecretValidUntil: toRfc3339(previousSecretUntil(rotation)) };
      return { status: 200, body: { ...webhookEndpointAnswer(rest), ...overlap }, replayed };
    },
    complete: (response, request) =>
      showSecret(ports, response, request, ({ rotation }) => (rotation?.by === commandName(rotationIn(request)) ? rotation.at : undefined)),
  });

const rotationIn = ({ idempotencyKey, fingerprint }: ApiRequest): CallerCommand => ({ operation: routes.rotateWebhookSecret.operation, idempotencyKey, fingerprint });

const remove = ({ endpoints }: WebhookEndpointsPorts): Endpoint =>
  endpoint({
    route: routes.deleteWebhookEndpoint,
    handle: async (request) => {
      if (!(await endpoints.remove(request.caller.tenant, idOf(request)))) throw notFound();
      return { status: 204 };
    },
  });
