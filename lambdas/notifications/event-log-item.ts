import { eventLogKey } from './event-log-keys.ts';
import { expiryOf } from './retention.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { PublicEvent } from './public-event.ts';

export const logItemOf = (tenant: TenantId, event: PublicEvent) => ({ ...eventLogKey(tenant, event), event: event.json, expiresAt: expiryOf(Date.parse(event.time)) });
