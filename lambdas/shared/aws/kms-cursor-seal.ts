import { createCipheriv, createDecipheriv } from 'node:crypto';
import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { canonicalJson } from '../canonical/json.ts';
import { ProblemError } from '../http/problem.ts';
import { random } from '../random/random.ts';
import { kms } from './kms-client.ts';
import type { CursorScope, CursorSeal } from '../http/list-page.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** No cursor that is signed is this text, so no signature is ever this key. */
const LABEL = 'payment-pipeline cursor seal 1';

/**
 * Seals cursors with a key that is derived by the HMAC key in KMS (a PRF, as in NIST SP 800-108), since a position may
 * name what its holder must not see. A cursor of another scope does not open.
 */
export const kmsCursorSeal = (keyId: string): CursorSeal => {
  const derive = async (): Promise<Uint8Array> => {
    const { Mac } = await kms().send(new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(LABEL) }));
    if (Mac === undefined) throw new Error('KMS answered without a MAC.');
    return Mac;
  };

  return {
    seal: async (scope, position) => {
      const iv = random.bytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, await derive(), iv, { authTagLength: TAG_BYTES }).setAAD(boundTo(scope));
      const text = Buffer.concat([cipher.update(position, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },

    open: async (scope, cursor) => {
      const bytes = Buffer.from(cursor, 'base64url');
      const [iv, tag, text] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES), bytes.subarray(IV_BYTES + TAG_BYTES)];
      const key = await derive();
      try {
        const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(boundTo(scope)).setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString();
      } catch {
        throw new ProblemError('cursor_invalid', 'Use the nextCursor of the same request, unchanged.', { param: 'cursor' });
      }
    },
  };
};

const boundTo = ({ tenant, operation, filter }: CursorScope): Buffer => Buffer.from(canonicalJson([tenant, operation, filter]));
