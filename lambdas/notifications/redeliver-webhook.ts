import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { clock } from '../shared/time/clock.ts';
import { isClaimed, isTooOld, redelivered } from './delivery.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { CallerCommand } from '../shared/idempotency/caller-command.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { RedeliveryStore } from './redelivery-store.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface RedeliverPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly deliveries: DeliveryStore;
  readonly redeliveries: RedeliveryStore;
}

export type Redelivery =
  | { readonly kind: 'asked'; readonly delivery: Delivery; readonly replayed: boolean }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-enabled' }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'too-old' }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

/**
 * Has a delivery made again, from the beginning of its schedule, under the same id; also one that was delivered.
 * 1. No such delivery: not-found.
 * 2. The key was used: this request is a repeat and changes nothing, or key-reused.
 * 3. Its endpoint takes nothing: not-enabled. Its event is past what the log shows: too-old. It is being attempted at this moment: in-progress.
 * 4. Write it together with the command; who finds it changed meanwhile looks again.
 */
export const redeliverWebhook = async (
  { endpoints, deliveries, redeliveries }: RedeliverPorts, tenant: TenantId, id: string, command: CallerCommand,
): Promise<Redelivery> => {
  for (;;) {
    const delivery = await deliveries.get(tenant, id);
    if (delivery === undefined) return { kind: 'not-found' };
    const earlier = await redeliveries.usedFor(tenant, command);
    if (earlier !== undefined) return repeated(command, delivery, earlier);

    const endpoint = await endpoints.get(tenant, delivery.endpointId);
    if (endpoint?.status !== 'enabled') return { kind: 'not-enabled' };
    const now = clock.now(tenant);
    if (isTooOld(delivery, now)) return { kind: 'too-old' };
    if (isClaimed(delivery, now)) return { kind: 'in-progress' };

    const changed = redelivered(delivery, now);
    const written = await redeliveries.redeliver(tenant, delivery, changed, command);
    if (written === 'written') return { kind: 'asked', delivery: changed, replayed: false };
    if (written !== 'changed') return repeated(command, delivery, written.usedFor);
  }
};

const repeated = ({ fingerprint }: CallerCommand, delivery: Delivery, earlier: Uint8Array): Redelivery =>
  sameFingerprint(earlier, fingerprint) ? { kind: 'asked', delivery, replayed: true } : { kind: 'key-reused', earlier };
