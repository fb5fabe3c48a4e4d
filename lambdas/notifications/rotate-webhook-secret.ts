import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { clock } from '../shared/time/clock.ts';
import { commandName } from '../shared/idempotency/caller-command.ts';
import { newWebhookSecret } from './webhook-signature.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { CallerCommand } from '../shared/idempotency/caller-command.ts';
import type { SecretRotationStore } from './secret-rotation-store.ts';
import type { SecretVault } from './secret-vault.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface RotateWebhookSecretPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly rotations: SecretRotationStore;
  readonly vault: SecretVault;
}

export type Rotated =
  | { readonly kind: 'rotated'; readonly endpoint: WebhookEndpoint; readonly replayed: boolean }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

/**
 * Gives an endpoint a new secret, once per Idempotency-Key. For a time the one before signs as well, so that a receiver
 * can change over without refusing anything; a second rotation ends that at once.
 * 1. No such endpoint: not-found.
 * 2. The key was used: this request is a repeat and changes nothing, or key-reused.
 * 3. Make the secret and seal it for this endpoint.
 * 4. Replace the one that was read, together with the command; who finds another one looks again.
 */
export const rotateWebhookSecret = async (
  { endpoints, rotations, vault }: RotateWebhookSecretPorts, tenant: TenantId, id: WebhookEndpointId, command: CallerCommand,
): Promise<Rotated> => {
  for (;;) {
    const endpoint = await endpoints.get(tenant, id);
    if (endpoint === undefined) return { kind: 'not-found' };
    const earlier = await rotations.usedFor(tenant, command);
    if (earlier !== undefined) return repeated(command, endpoint, earlier);

    const sealedSecret = await vault.seal(tenant, id, newWebhookSecret());
    const rotation = { by: commandName(command), at: clock.now(tenant), previousSecret: endpoint.sealedSecret };
    const written = await rotations.rotate(tenant, endpoint, sealedSecret, rotation, command);
    if (written === 'written') return { kind: 'rotated', endpoint: { ...endpoint, sealedSecret, rotation }, replayed: false };
    if (written !== 'changed') return repeated(command, endpoint, written.usedFor);
  }
};

const repeated = ({ fingerprint }: CallerCommand, endpoint: WebhookEndpoint, earlier: Uint8Array): Rotated =>
  sameFingerprint(earlier, fingerprint) ? { kind: 'rotated', endpoint, replayed: true } : { kind: 'key-reused', earlier };
