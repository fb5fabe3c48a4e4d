import * as z from 'zod';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { toRfc3339 } from '../../../lambdas/shared/time/clock.ts';
import { insist } from './insist.ts';
import { key, name, performer, tenant } from './performer.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { Performer } from './performer.ts';

const listen = performer(
  z.strictObject({ tenant, as: name, key, url: z.string(), eventTypes: z.array(z.string()).exactOptional(), copies: z.int().default(1) }),
  async ({ caller, book }, { tenant: of, as, key: under, copies, ...body }) => {
    const answers = await Promise.all(Array.from({ length: copies }, () => insist(caller, routes.createWebhookEndpoint, { tenant: of, key: under, body })));
    for (const answer of answers) if (answer?.status === 201) book.note(as, String(answer.body['id']));
  },
);

const changeEndpoint = performer(
  z.strictObject({ tenant, endpoint: name, status: z.enum(['enabled', 'disabled']).exactOptional(), description: z.string().exactOptional() }),
  async ({ caller, book }, { tenant: of, endpoint, ...body }) => {
    const id = await book.wait(endpoint, caller);
    if (id !== undefined) await insist(caller, routes.changeWebhookEndpoint, { tenant: of, path: { id }, body });
  },
);

const deleteEndpoint = performer(z.strictObject({ tenant, endpoint: name }), async ({ caller, book }, { tenant: of, endpoint }) => {
  const id = await book.wait(endpoint, caller);
  if (id !== undefined) await insist(caller, routes.deleteWebhookEndpoint, { tenant: of, path: { id } });
});

/** All that failed since the time, as after an outage of the receiver. */
const redeliverFailed = performer(z.strictObject({ tenant, key, endpoint: name, sinceMs: z.int() }), async ({ caller, book }, { tenant: of, key: under, endpoint, sinceMs }) => {
  const id = await book.wait(endpoint, caller);
  if (id === undefined) return;
  const body = { from: toRfc3339(caller.now() - sinceMs), to: toRfc3339(caller.now()) };
  for (const _time of [1, 2]) await insist(caller, routes.redeliverFailedWebhooks, { tenant: of, key: under, path: { id }, body });
});

const redeliverLast = performer(z.strictObject({ tenant, key, endpoint: name }), async ({ caller, book }, { tenant: of, key: under, endpoint }) => {
  const endpointId = await book.wait(endpoint, caller);
  if (endpointId === undefined) return;
  const page = await insist(caller, routes.listWebhookDeliveries, { tenant: of, query: { endpointId, limit: '5' } });
  const [last] = (page?.body['data'] ?? []) as readonly { readonly id: string }[];
  if (last === undefined) return;
  await insist(caller, routes.getWebhookDelivery, { tenant: of, path: { id: last.id } });
  for (const _time of [1, 2]) await insist(caller, routes.redeliverWebhook, { tenant: of, key: under, path: { id: last.id }, body: {} });
});

const onEndpoint = (route: Route): Performer =>
  performer(z.strictObject({ tenant, key, endpoint: name, copies: z.int().default(1) }), async ({ caller, book }, { tenant: of, key: under, endpoint, copies }) => {
    const id = await book.wait(endpoint, caller);
    if (id !== undefined) await Promise.all(Array.from({ length: copies }, () => insist(caller, route, { tenant: of, key: under, path: { id }, body: {} })));
  });

export const webhookSteps = {
  rotate: onEndpoint(routes.rotateWebhookSecret), test: onEndpoint(routes.testWebhookEndpoint),
  listen, changeEndpoint, deleteEndpoint, redeliverFailed, redeliverLast,
} as const satisfies Record<string, Performer>;
