import type { Guard } from '../guard.ts';

const endpoints = ['test/unit/notifications/webhook-endpoints-api.test.ts'];
const recording = ['test/unit/notifications/record-event.test.ts'];
const sending = ['test/unit/notifications/http-webhook-sender.test.ts'];
const stores = ['test/unit/notifications/notifications-stores.test.ts'];

export const notificationGuards: readonly Guard[] = [
  {
    name: 'a tenant has only so many webhook endpoints',
    file: 'lambdas/notifications/dynamodb-webhook-endpoint-store.ts',
    find: 'live < :max',
    replace: 'live < :max OR attribute_exists(live)',
    tests: endpoints,
  },
  {
    name: 'a webhook endpoint is for the request that created it',
    file: 'lambdas/notifications/create-webhook-endpoint.ts',
    find: 'if (!sameFingerprint(endpoint.fingerprint, request.fingerprint)) throw',
    replace: 'if (!sameFingerprint(endpoint.fingerprint, endpoint.fingerprint)) throw',
    tests: endpoints,
  },
  {
    name: 'an endpoint that was deleted does not come back',
    file: 'lambdas/notifications/dynamodb-webhook-endpoint-store.ts',
    find: 'Key: marshall(deletedKey(tenant, endpoint.id)),',
    replace: "Key: marshall({ ...deletedKey(tenant, endpoint.id), sk: 'NONE' }),",
    tests: stores,
  },
  {
    name: 'an event is in the log once, and asks for one delivery per endpoint',
    file: 'lambdas/shared/aws/put-if-absent.ts',
    find: "'attribute_not_exists(pk)'",
    replace: "'attribute_not_exists(pk) OR attribute_exists(pk)'",
    tests: stores,
  },
  {
    name: 'an event is in the log only when its deliveries are asked for',
    file: 'lambdas/notifications/record-event.ts',
    find: 'const wanting = (await endpoints.all(tenant))',
    replace: 'await log.append(tenant, event);\n  const wanting = (await endpoints.all(tenant))',
    tests: recording,
  },
  {
    name: 'of two that read a delivery one writes it',
    file: 'lambdas/notifications/dynamodb-delivery-put.ts',
    find: "'version = :read AND emission = :emission'",
    replace: "'version = :read AND emission = :emission OR attribute_exists(pk)'",
    tests: stores,
  },
  {
    name: 'no emission of a delivery is given twice',
    file: 'lambdas/notifications/dynamodb-delivery-put.ts',
    find: "'version = :read AND emission = :emission'",
    replace: "'version = :read AND emission <= :emission OR version = :read'",
    tests: stores,
  },
  {
    name: 'a receiver is given the time it asks for',
    file: 'lambdas/notifications/delivery-schedule.ts',
    find: 'Math.max(scheduled, Math.min(retryAfterMs(retryAfter, failedAt), LONGEST_RETRY_AFTER_MS))',
    replace: 'scheduled',
    tests: ['test/unit/notifications/delivery-schedule.test.ts'],
  },
  {
    name: 'a number that an answer was cut in is not kept',
    file: 'lambdas/notifications/http-webhook-sender.ts',
    find: "text.replace(/\\d[\\d -]*$/, '')",
    replace: 'text',
    tests: sending,
  },
  {
    name: 'a changed URL is checked like a new one',
    file: 'lambdas/notifications/change-webhook-endpoint.ts',
    find: 'if (change.url !== undefined) await refuseForbiddenUrl(ports, change.url);',
    replace: '',
    tests: endpoints,
  },
  {
    name: 'what a name leads to is checked when it is connected to',
    file: 'lambdas/notifications/http-webhook-sender.ts',
    find: 'if (first === undefined || !addresses.every(isAllowed))',
    replace: 'if (first === undefined)',
    tests: sending,
  },
  {
    name: 'an address in the URL is checked when it is connected to',
    file: 'lambdas/notifications/http-webhook-sender.ts',
    find: 'if (destination === undefined || !isDestinationAllowed(policy, destination))',
    replace: 'if (destination === undefined)',
    tests: sending,
  },
  {
    name: 'what a name leads to is checked when it is registered',
    file: 'lambdas/notifications/refuse-forbidden-url.ts',
    find: 'if (!addresses.every((address) => isAddressAllowed(policy, address, destination.port))) throw',
    replace: 'if (addresses.length < 0) throw',
    tests: endpoints,
  },
  {
    name: 'the metadata address is no webhook endpoint',
    file: 'lambdas/notifications/address-policy.ts',
    find: "'169.254.0.0/16', ",
    replace: '',
    tests: ['test/unit/notifications/address-policy.test.ts'],
  },
  {
    name: 'a secret opens only for its tenant and endpoint',
    file: 'lambdas/notifications/kms-secret-vault.ts',
    find: '=> ({ tenant, endpoint });',
    replace: "=> ({ tenant: 'any', endpoint: 'any' });",
    tests: ['test/unit/notifications/kms-secret-vault.test.ts'],
  },
];
