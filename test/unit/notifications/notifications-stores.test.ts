import { afterEach, beforeEach } from '@jest/globals';
import { deliveryStoreContract } from './delivery-store.contract.ts';
import { eventLogContract } from './event-log.contract.ts';
import { closeWorld, openWorld } from './notifications-world.ts';
import { webhookEndpointStoreContract } from './webhook-endpoint-store.contract.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { World } from './notifications-world.ts';

let world: World;
let tenants = 0;
beforeEach(() => {
  world = openWorld();
});
afterEach(closeWorld);

const newTenant = (): TenantId => {
  tenants += 1;
  return `tenant${String(tenants).padStart(4, '0')}` as TenantId;
};

webhookEndpointStoreContract(() => world.endpoints, newTenant);
deliveryStoreContract(() => world.deliveries, newTenant);
eventLogContract(() => world.log, newTenant);
