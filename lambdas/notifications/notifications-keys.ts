import { key } from '../shared/ids/ids.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** Item kinds of this table, told by their sort keys. */
export const DELIVERY_ITEM = 'DELIVERY';

export const deliveryKey = (tenant: TenantId, deliveryId: string) => ({ pk: key(tenant, 'D', deliveryId), sk: DELIVERY_ITEM });
