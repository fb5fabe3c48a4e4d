import type { Guard } from '../guard.ts';

const delivering = ['test/unit/notifications/deliver-webhook.test.ts'];
const health = ['test/unit/notifications/endpoint-health.test.ts'];
const order = ['test/unit/notifications/delivery-order.test.ts'];
const redelivering = ['test/unit/notifications/webhook-deliveries-api.test.ts'];

/** Of attempts, their schedule, order and breaker. */
export const deliveryGuards: readonly Guard[] = [
  {
    name: 'a redirect is no delivery',
    file: 'lambdas/notifications/settle-attempt.ts',
    find: 'status < 300',
    replace: 'status < 400',
    tests: delivering,
  },
  {
    name: 'who attempts a delivery keeps the others off',
    file: 'lambdas/notifications/delivery.ts',
    find: '({ ...delivery, claimedUntil: now + CLAIM_MS })',
    replace: '({ ...delivery, claimedUntil: now })',
    tests: delivering,
  },
  {
    name: 'a claim whose owner died ends',
    file: 'lambdas/notifications/delivery.ts',
    find: 'const CLAIM_MS = 35_000;',
    replace: 'const CLAIM_MS = 35_000_000;',
    tests: delivering,
  },
  {
    name: 'no attempt comes before its time',
    file: 'lambdas/notifications/delivery.ts',
    find: '(delivery.nextAttemptAt ?? 0) <= now && ',
    replace: '',
    tests: delivering,
  },
  {
    name: 'an attempt is due even when every message is lost',
    file: 'lambdas/notifications/delivery-item.ts',
    find: '...(dueAt === undefined ? {} : dueKeys(delivery.id, dueAt)),',
    replace: '...(dueAt === undefined ? {} : { da: String(dueAt) }),',
    tests: delivering,
  },
  {
    name: 'a hint that cannot be sent brings nothing back',
    file: 'lambdas/notifications/delivery-hint.ts',
    find: "logger.warn('a hint could not be sent', {",
    replace: "throw error;\n    logger.warn('a hint could not be sent', {",
    tests: delivering,
  },
  {
    name: 'a card number in a receiver\'s answer is not kept',
    file: 'lambdas/notifications/attempt-webhook.ts',
    find: ' || holdsCardNumber(body)',
    replace: '',
    tests: delivering,
  },
  {
    name: 'a paused endpoint is left alone',
    file: 'lambdas/notifications/endpoint-health.ts',
    find: "if (pausedUntil > now) return 'open';",
    replace: '',
    tests: health,
  },
  {
    name: 'a new endpoint has to prove itself',
    file: 'lambdas/notifications/endpoint-health.ts',
    find: 'failures >= failuresToPause || isUnproven ?',
    replace: 'failures >= failuresToPause ?',
    tests: health,
  },
  {
    name: 'one delivery takes the probe',
    file: 'lambdas/notifications/dynamodb-endpoint-health-store.ts',
    find: "'attribute_not_exists(pausedUntil) OR pausedUntil <= :now'",
    replace: "'attribute_not_exists(pausedUntil) OR pausedUntil <= :now OR attribute_exists(pk)'",
    tests: health,
  },
  {
    name: 'an endpoint that answers again is well',
    file: 'lambdas/notifications/settle-attempt.ts',
    find: 'if (isAiling || heldOthersBack)',
    replace: 'if (heldOthersBack)',
    tests: health,
  },
  {
    name: 'an endpoint that hangs holds only its own back',
    file: 'lambdas/notifications/attempt-webhook.ts',
    find: 'holding = health.pause(tenant, endpoint.id, at + ATTEMPT_LASTS_MS)',
    replace: 'holding = Promise.resolve()',
    tests: health,
  },
  {
    name: 'an endpoint that has answered is not disabled for its past',
    file: 'lambdas/notifications/dynamodb-endpoint-health-store.ts',
    find: "{ only: 'failingSince = :since' }",
    replace: "{ only: 'failingSince = :since OR attribute_exists(pk)' }",
    tests: health,
  },
  {
    name: 'a disabled endpoint gets nothing more',
    file: 'lambdas/notifications/deliver-webhook.ts',
    find: "if (endpoint?.status !== 'enabled')",
    replace: 'if (endpoint === undefined)',
    tests: health,
  },
  {
    name: 'an event waits for the one before it',
    file: 'lambdas/notifications/deliver-webhook.ts',
    find: 'if (await waitsForEarlier(ports, ask, delivery, endpoint, body)) return lookAgain(ports, ask, delivery);',
    replace: '',
    tests: order,
  },
  {
    name: 'no event waits for ever for the one before it',
    file: 'lambdas/notifications/deliver-webhook.ts',
    find: '>= LONGEST_ORDER_WAIT_MS) return false;',
    replace: '>= LONGEST_ORDER_WAIT_MS * 1_000) return false;',
    tests: order,
  },
  {
    name: 'an event looks again when its wait for the one before it is over, not later',
    file: 'lambdas/notifications/deliver-webhook.ts',
    find: 'Math.min(next, createdAt + LONGEST_ORDER_WAIT_MS) - now',
    replace: 'next - now',
    tests: order,
  },
  {
    name: 'an attempt is recorded although its event was said again meanwhile',
    file: 'lambdas/notifications/settle-attempt.ts',
    find: 'now?.version === claim.version ?',
    replace: 'now === undefined ?',
    tests: delivering,
  },
  {
    name: 'a key has a delivery made again once',
    file: 'lambdas/notifications/dynamodb-redelivery-store.ts',
    find: 'const items = [{ Put: commandPut(table, tenant, command) }, {',
    replace: 'const items = [{ Put: { ...commandPut(table, tenant, command), ConditionExpression: undefined } }, {',
    tests: redelivering,
  },
  {
    name: 'a delivery is not made again while it is attempted',
    file: 'lambdas/notifications/redeliver-webhook.ts',
    find: "if (isClaimed(delivery, now)) return { kind: 'in-progress' };",
    replace: '',
    tests: redelivering,
  },
  {
    name: 'the signature covers the time of the attempt',
    file: 'lambdas/notifications/webhook-signature.ts',
    find: '${id}.${timestamp}.${body}',
    replace: '${id}.${body}',
    tests: delivering,
  },
  {
    name: 'each attempt is signed with its own time',
    file: 'lambdas/notifications/attempt-webhook.ts',
    find: 'id: delivery.id, at, body',
    replace: 'id: delivery.id, at: 0, body',
    tests: delivering,
  },
];
