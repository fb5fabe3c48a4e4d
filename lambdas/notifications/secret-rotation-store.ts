import type { TenantId } from '../shared/ids/ids.ts';
import type { CallerCommand, CommandWritten } from '../shared/idempotency/caller-command.ts';
import type { SecretRotation } from './secret-rotation.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

/** Port. */
export interface SecretRotationStore {
  /** Replaces the secret together with the command, if the endpoint still has the secret that was read. */
  rotate(tenant: TenantId, read: WebhookEndpoint, sealedSecret: Uint8Array, rotation: SecretRotation, command: CallerCommand): Promise<CommandWritten>;
  /** @returns the fingerprint that the key was first used with; undefined when it was not */
  usedFor(tenant: TenantId, command: CallerCommand): Promise<Uint8Array | undefined>;
}
