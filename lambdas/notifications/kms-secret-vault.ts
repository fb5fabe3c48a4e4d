import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import { kms } from '../shared/aws/kms-client.ts';
import { memory } from '../shared/memory/memory.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { SecretVault } from './secret-vault.ts';

const REMEMBER_MS = 5 * 60 * 1_000;
const MAX_REMEMBERED = 1_000;

const contextOf = (tenant: TenantId, endpoint: WebhookEndpointId) => ({ tenant, endpoint });

/**
 * Encrypts directly under the key, bound to tenant and endpoint by the encryption context. Opened secrets are
 * kept in this process's memory for some minutes, so that a busy endpoint does not cost a KMS call per webhook.
 */
export const kmsSecretVault = (keyId: string): SecretVault => {
  const opened = memory<string>({ forMs: REMEMBER_MS, atMost: MAX_REMEMBERED });

  return {
    seal: async (tenant, endpointId, secret) => {
      const { CiphertextBlob } = await kms().send(
        new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from(secret), EncryptionContext: contextOf(tenant, endpointId) }),
      );
      if (CiphertextBlob === undefined) throw new Error('KMS answered without a ciphertext.');
      return CiphertextBlob;
    },

    open: async (tenant, endpointId, sealed) => {
      // By ciphertext as well: a secret that was replaced is not answered from memory.
      const name = JSON.stringify([tenant, endpointId, Buffer.from(sealed).toString('base64')]);
      const known = opened.recall(name);
      if (known !== undefined) return known.value;
      const { Plaintext } = await kms().send(
        new DecryptCommand({ KeyId: keyId, CiphertextBlob: sealed, EncryptionContext: contextOf(tenant, endpointId) }),
      );
      if (Plaintext === undefined) throw new Error('KMS answered without a plaintext.');
      const secret = Buffer.from(Plaintext).toString();
      opened.keep(name, secret);
      return secret;
    },
  };
};
