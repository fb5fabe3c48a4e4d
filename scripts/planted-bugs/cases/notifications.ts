import type { PlantedBug } from '../bug.ts';

export const notificationBugs: readonly PlantedBug[] = [
  {
    name: 'an event is in the log before its deliveries are asked for', file: 'lambdas/notifications/record-event.ts',
    find: '  const wanting = (await endpoints.all(tenant))',
    replace: '  await log.append(tenant, event);\n  const wanting = (await endpoints.all(tenant))',
    breaks: 'a webhook is never sent when the function dies in between',
  },
  {
    name: 'a delivery is written although somebody wrote it since it was read', file: 'lambdas/notifications/dynamodb-delivery-put.ts',
    find: "'version = :read AND emission = :emission'",
    replace: "'version = :read AND emission = :emission OR attribute_exists(pk)'",
    breaks: 'a delivery that was made is forgotten, or its events are said under wrong emissions',
  },
  {
    name: 'a failed attempt is the last', file: 'lambdas/notifications/settle-attempt.ts',
    find: 'const next = isOver ? undefined : nextAttemptAt(',
    replace: 'const next = isOver || claim.tries === 0 ? undefined : nextAttemptAt(',
    breaks: 'a receiver that is down for a moment misses the event',
  },
  {
    name: 'an answer of 5xx counts as delivered', file: 'lambdas/notifications/settle-attempt.ts',
    find: 'status < 300',
    replace: 'status < 600',
    breaks: 'a receiver that could not take an event never gets it',
  },
  {
    name: 'the claim of who died lasts for ever', file: 'lambdas/notifications/delivery.ts',
    find: 'const CLAIM_MS = 35_000;',
    replace: 'const CLAIM_MS = 35_000_000_000;',
    breaks: 'a delivery whose function died is never attempted again',
  },
  {
    name: 'a delivery is not due', file: 'lambdas/notifications/delivery-item.ts',
    find: '...(dueAt === undefined ? {} : dueKeys(delivery.id, dueAt)),',
    replace: '...(dueAt === undefined ? {} : { da: String(dueAt) }),',
    breaks: 'a delivery whose message was lost is never attempted',
  },
  {
    name: 'an endpoint that answers again is not healed', file: 'lambdas/notifications/settle-attempt.ts',
    find: 'if (isAiling || heldOthersBack)',
    replace: 'if (heldOthersBack && !isAiling)',
    breaks: 'one that failed a few times over months is disabled',
  },
  {
    name: 'an old event is told again', file: 'lambdas/notifications/record-event.ts',
    find: "if ((await log.find(tenant, event)) !== undefined) return 'already';",
    replace: '',
    breaks: 'an event that is said again asks for webhooks at endpoints that came after it',
  },
];
