import type { TenantId } from '../shared/ids/ids.ts';
import type { Delivery } from './delivery.ts';

/** A request that may come again with the same key. */
export interface RedeliveryCommand {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
}

export type RedeliveryWritten = 'written' | 'changed' | { readonly usedFor: Uint8Array };

/** Port: commands of callers, remembered for good. */
export interface RedeliveryStore {
  /** Writes the delivery and the command together: `changed` when the delivery is not as it was read, `usedFor` when the key is used. */
  redeliver(tenant: TenantId, read: Delivery, changed: Delivery, command: RedeliveryCommand): Promise<RedeliveryWritten>;
  /** @returns the fingerprint that the key was first used with; undefined when it was not */
  usedFor(tenant: TenantId, command: RedeliveryCommand): Promise<Uint8Array | undefined>;
  /** Remembers a command. @returns the fingerprint that the key was first used with: this one's, or an earlier one's */
  remember(tenant: TenantId, command: RedeliveryCommand): Promise<Uint8Array>;
}
