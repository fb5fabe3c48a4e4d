import type { TenantId } from '../shared/ids/ids.ts';
import type { CallerCommand, CommandWritten } from '../shared/idempotency/caller-command.ts';
import type { Delivery } from './delivery.ts';

/** Port: commands of callers, remembered for good. */
export interface RedeliveryStore {
  /** Writes the delivery and the command together, if the delivery is as it was read. */
  redeliver(tenant: TenantId, read: Delivery, changed: Delivery, command: CallerCommand): Promise<CommandWritten>;
  /** @returns the fingerprint that the key was first used with; undefined when it was not */
  usedFor(tenant: TenantId, command: CallerCommand): Promise<Uint8Array | undefined>;
  /** Remembers a command. @returns the fingerprint that the key was first used with: this one's, or an earlier one's */
  remember(tenant: TenantId, command: CallerCommand): Promise<Uint8Array>;
}
