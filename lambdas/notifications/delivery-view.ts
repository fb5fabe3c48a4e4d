import { toRfc3339 } from '../shared/time/clock.ts';
import type { Delivery } from './delivery.ts';

/** A delivery as the API answers it. */
export const deliveryView = ({ id, eventId, endpointId, status, attempts, nextAttemptAt, createdAt }: Delivery) => ({
  id,
  eventId,
  endpointId,
  status,
  attempts: attempts.map(({ at, ...attempt }) => ({ at: toRfc3339(at), ...attempt })),
  ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: toRfc3339(nextAttemptAt) }),
  createdAt: toRfc3339(createdAt),
});
