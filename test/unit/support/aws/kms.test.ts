import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  DecryptCommand, EncryptCommand, GenerateDataKeyCommand, GenerateMacCommand, SignCommand, VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';
import { clientsOn } from './clients.ts';
import type { Clients } from './clients.ts';

const HMAC = { MacAlgorithm: 'HMAC_SHA_256' } as const;
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

let clients: Clients;

type Context = Record<string, string>;

const encrypt = async (plaintext: string, EncryptionContext?: Context, KeyId = 'alias/data'): Promise<Uint8Array | undefined> =>
  (await clients.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(plaintext), EncryptionContext }))).CiphertextBlob;
const decrypt = async (CiphertextBlob: Uint8Array | undefined, EncryptionContext?: Context, KeyId?: string): Promise<string> =>
  text((await clients.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId }))).Plaintext);

beforeEach(() => {
  const aws = new InMemoryAws({ now: () => 0 });
  aws.createKey({ id: 'data', alias: 'alias/data' });
  aws.createKey({ id: 'other' });
  aws.createKey({ id: 'mac', usage: 'GENERATE_VERIFY_MAC' });
  clients = clientsOn(aws);
});

describe('encryption', () => {
  it('gives back the plaintext under the same context, whatever the order of its pairs', async () => {
    const sealed = await encrypt('secret', { tenant: 't', endpoint: 'e' });

    expect(text(sealed)).not.toContain('secret');
    expect(await decrypt(sealed, { endpoint: 'e', tenant: 't' }, 'data')).toBe('secret');
  });

  it('makes another ciphertext each time', async () => {
    expect(await encrypt('secret')).not.toEqual(await encrypt('secret'));
  });

  it('refuses another context, another key, and a ciphertext that was changed', async () => {
    const sealed = await encrypt('secret', { tenant: 't' });
    const changed = Buffer.from(sealed ?? []);
    changed.writeUInt8((changed.at(-1) ?? 0) ^ 1, changed.length - 1);

    await expect(decrypt(sealed, { tenant: 'other' })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt(sealed)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt(changed, { tenant: 't' })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt(sealed, { tenant: 't' }, 'other')).rejects.toMatchObject({ name: 'IncorrectKeyException' });
  });

  it('refuses a key that does not exist or is for something else, and more than 4 KB', async () => {
    await expect(encrypt('x', {}, 'none')).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(encrypt('x', {}, 'mac')).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
    await expect(encrypt('x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('makes data keys that can be opened again', async () => {
    const { Plaintext, CiphertextBlob } = await clients.kms.send(new GenerateDataKeyCommand({ KeyId: 'data', KeySpec: 'AES_256' }));

    expect(Plaintext).toHaveLength(32);
    const opened = await clients.kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(opened.Plaintext).toEqual(Plaintext);
  });
});

describe('message authentication', () => {
  const Message = Buffer.from('cursor');

  it('verifies what it made', async () => {
    const { Mac } = await clients.kms.send(new GenerateMacCommand({ KeyId: 'mac', Message, ...HMAC }));

    expect(Mac).toHaveLength(32);
    expect((await clients.kms.send(new VerifyMacCommand({ KeyId: 'mac', Message, Mac, ...HMAC }))).MacValid).toBe(true);
  });

  it('refuses another message, and operations that are not imitated', async () => {
    const { Mac } = await clients.kms.send(new GenerateMacCommand({ KeyId: 'mac', Message, ...HMAC }));
    const forged = new VerifyMacCommand({ KeyId: 'mac', Message: Buffer.from('other'), Mac, ...HMAC });
    const sign = new SignCommand({ KeyId: 'mac', Message, SigningAlgorithm: 'ECDSA_SHA_256' });

    await expect(clients.kms.send(forged)).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
    await expect(clients.kms.send(sign)).rejects.toMatchObject({ name: 'UnsupportedRequest' });
  });
});
