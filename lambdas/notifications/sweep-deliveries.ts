import { count } from '../shared/observability/metrics.ts';
import { clock } from '../shared/time/clock.ts';
import { askedAgain, isReady } from './delivery.ts';
import { deliveryOwnerOf } from './delivery-item.ts';
import type { DueItem } from '../shared/due-work/sweep.ts';
import type { DeliveryStore } from './delivery-store.ts';

/**
 * A delivery whose time has come and that nobody attempts is asked for again: its first message, or the hint, was lost,
 * or who took it up has died. The write is conditional on the delivery as it was read, so two sweeps at a time ask once.
 */
export const sweepDelivery = async (deliveries: DeliveryStore, item: DueItem): Promise<void> => {
  const owner = deliveryOwnerOf(item);
  if (owner === undefined) throw new Error('Something is due that is not a delivery.');
  const delivery = await deliveries.get(owner.tenant, owner.id);
  const now = clock.now(owner.tenant);
  if (delivery === undefined || !isReady(delivery, now)) return;
  count('DeliveriesAskedAgain');
  await deliveries.replace(owner.tenant, delivery, askedAgain(delivery, now));
};
