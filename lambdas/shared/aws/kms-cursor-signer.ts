import { GenerateMacCommand, VerifyMacCommand } from '@aws-sdk/client-kms';
import { kms } from './kms-client.ts';
import type { CursorSigner } from '../http/list-page.ts';

/** Signs cursors with an HMAC key that never leaves KMS; it is only asked when a list has a further page. */
export const kmsCursorSigner = (keyId: string): CursorSigner => ({
  sign: async (text) => {
    const { Mac } = await kms().send(new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(text) }));
    if (Mac === undefined) throw new Error('KMS answered without a MAC.');
    return Mac;
  },
  verify: async (text, signature) => {
    try {
      const { MacValid } = await kms().send(
        new VerifyMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(text), Mac: signature }),
      );
      return MacValid === true;
    } catch (error) {
      if (error instanceof Error && ['KMSInvalidMacException', 'ValidationException'].includes(error.name)) return false;
      throw error;
    }
  },
});
