import type { TenantId } from '../shared/ids/ids.ts';
import type { CallerCommand, CommandWritten } from '../shared/idempotency/caller-command.ts';
import type { Delivery } from './delivery.ts';
import type { PublicEvent } from './public-event.ts';

/** Port. */
export interface WebhookTestStore {
  /** Puts the event into the log and its delivery, which asks for its first attempt, together with the command. */
  request(tenant: TenantId, event: PublicEvent, delivery: Delivery, command: CallerCommand): Promise<CommandWritten>;
  /** @returns the fingerprint that the key was first used with; undefined when it was not */
  usedFor(tenant: TenantId, command: CallerCommand): Promise<Uint8Array | undefined>;
}
