import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { timeLeftMs } from '../shared/time/deadline.ts';
import { isTooOld, redelivered } from './delivery.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { CallerCommand } from '../shared/idempotency/caller-command.ts';
import type { Delivery } from './delivery.ts';
import type { RedeliverPorts } from './redeliver-webhook.ts';

/** Deliveries created from `from` on and before `to`; epoch milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type RangeRedelivery =
  /** `continueTo`: there is more, before this time; epoch milliseconds. */
  | { readonly kind: 'done'; readonly redelivered: number; readonly continueTo?: number }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-enabled' }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

const PAGE = 50;
/** One call changes so many; the receiver would not thank us for more at once either. */
const MOST = 500;
/** Time kept back to answer. */
const RESERVE_MS = 5_000;

/**
 * Has the failed deliveries of an endpoint made again that were created in a range of time.
 * 1. No such endpoint, or one that takes nothing: not-found, not-enabled.
 * 2. Remember the command; the key may have been used for another: key-reused.
 * 3. Newest first, page by page, those that have failed and are not too old. Each is written as it was read: one that moved meanwhile is left.
 * 4. What is more than one call does is left, and said with the time to go on from, under another key: so a range ends also when what was
 *    begun fails again. A repeat after a crash finds what was done not failed any more.
 */
export const redeliverFailed = async (
  { endpoints, deliveries, redeliveries }: RedeliverPorts, tenant: TenantId, id: WebhookEndpointId, { from, to }: Range, command: CallerCommand,
): Promise<RangeRedelivery> => {
  const endpoint = await endpoints.get(tenant, id);
  if (endpoint === undefined) return { kind: 'not-found' };
  if (endpoint.status !== 'enabled') return { kind: 'not-enabled' };
  const earlier = await redeliveries.remember(tenant, command);
  if (!sameFingerprint(earlier, command.fingerprint)) return { kind: 'key-reused', earlier };

  const again = async (delivery: Delivery): Promise<boolean> =>
    (await deliveries.replace(tenant, delivery, redelivered(delivery, clock.now(tenant)))) !== undefined;
  let done = 0;
  // Positions of the list begin with the time of creation.
  let before: string | undefined = toRfc3339(to);
  let reached = to;
  while (before !== undefined) {
    if (done >= MOST || timeLeftMs() < RESERVE_MS) return { kind: 'done', redelivered: done, continueTo: reached };
    const { items, next }: Awaited<ReturnType<typeof deliveries.list>> = await deliveries.list(tenant, [id], { limit: PAGE, before });
    const inRange = items.filter(({ createdAt }) => createdAt >= from);
    const failed = inRange.filter((delivery) => delivery.status === 'failed' && !isTooOld(delivery, clock.now(tenant)));
    done += (await Promise.all(failed.map(again))).filter(Boolean).length;
    // What was created in the same millisecond may be on the next page.
    reached = Math.min(reached, ...inRange.map(({ createdAt }) => createdAt + 1));
    before = inRange.length < items.length ? undefined : next;
  }
  return { kind: 'done', redelivered: done };
};
