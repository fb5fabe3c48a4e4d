import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Account } from '../account.ts';
import { AwsError, UnsupportedRequest } from '../errors.ts';
import { accept } from '../requests.ts';

export interface KeySpec {
  readonly id: string;
  /** With `alias/` in front. */
  readonly alias?: string;
  /** @default ENCRYPT_DECRYPT */
  readonly usage?: 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC';
}

interface Request {
  readonly KeyId?: string;
  /** Binary members are base64. */
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly KeySpec?: 'AES_256' | 'AES_128';
  readonly NumberOfBytes?: number;
  readonly Message?: string;
  readonly Mac?: string;
  readonly MacAlgorithm?: string;
}

const MAX_PLAINTEXT_BYTES = 4096;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Keys whose material follows from their id, so that a run can be repeated; real encryption, so that nothing passes unopened. */
export class Kms {
  readonly #account: Account;
  readonly #keys = new Map<string, KeySpec & { readonly arn: string }>();

  constructor(account: Account) {
    this.#account = account;
  }

  createKey(spec: KeySpec): void {
    const arn = `arn:aws:kms:${this.#account.region}:${this.#account.accountId}:key/${spec.id}`;
    this.#keys.set(spec.id, { ...spec, arn });
  }

  call(operation: string, input: unknown): object {
    switch (operation) {
      case 'Encrypt': return this.#encrypt(accept<Request>(operation, input, ['KeyId', 'Plaintext', 'EncryptionContext']));
      case 'Decrypt': return this.#decrypt(accept<Request>(operation, input, ['KeyId', 'CiphertextBlob', 'EncryptionContext']));
      case 'GenerateDataKey':
        return this.#generateDataKey(accept<Request>(operation, input, ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext']));
      case 'GenerateMac': return this.#generateMac(accept<Request>(operation, input, ['KeyId', 'Message', 'MacAlgorithm']));
      case 'VerifyMac': return this.#verifyMac(accept<Request>(operation, input, ['KeyId', 'Message', 'Mac', 'MacAlgorithm']));
      default: throw new UnsupportedRequest(`KMS ${operation}`);
    }
  }

  #encrypt(request: Request): object {
    const key = this.#key(request.KeyId, 'ENCRYPT_DECRYPT');
    const plaintext = limited('plaintext', request.Plaintext);
    const blob = this.#seal(key.id, plaintext, request.EncryptionContext);
    return { KeyId: key.arn, CiphertextBlob: blob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }

  #decrypt(request: Request): object {
    const blob = Buffer.from(request.CiphertextBlob ?? '', 'base64');
    const id = blob.subarray(1, 1 + (blob[0] ?? 0)).toString();
    const made = this.#keys.get(id);
    if (made === undefined) throw invalidCiphertext();
    if (request.KeyId !== undefined && this.#key(request.KeyId, 'ENCRYPT_DECRYPT').id !== id) {
      throw new AwsError('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
    }
    const sealed = blob.subarray(1 + id.length);
    return { KeyId: made.arn, Plaintext: open(id, sealed, request.EncryptionContext), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }

  #generateDataKey(request: Request): object {
    const key = this.#key(request.KeyId, 'ENCRYPT_DECRYPT');
    const bytes = request.NumberOfBytes ?? (request.KeySpec === 'AES_128' ? 16 : 32);
    const plaintext = createHash('shake256', { outputLength: bytes }).update(`data key ${this.#account.newId()}`).digest();
    const blob = this.#seal(key.id, plaintext, request.EncryptionContext);
    return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), CiphertextBlob: blob };
  }

  #generateMac(request: Request): object {
    const key = this.#key(request.KeyId, 'GENERATE_VERIFY_MAC');
    return { KeyId: key.arn, Mac: mac(key.id, request).toString('base64'), MacAlgorithm: request.MacAlgorithm };
  }

  #verifyMac(request: Request): object {
    const key = this.#key(request.KeyId, 'GENERATE_VERIFY_MAC');
    const expected = mac(key.id, request);
    const given = Buffer.from(request.Mac ?? '', 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new AwsError('KMSInvalidMacException', 'The HMAC is not valid.');
    }
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: request.MacAlgorithm };
  }

  /** By id, ARN, alias or ARN of an alias. */
  #key(reference: string | undefined, usage: 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC'): KeySpec & { readonly arn: string } {
    const name = (reference ?? '').replace(/^arn:aws:kms:[^:]*:[^:]*:(?:key\/)?/, '');
    const key = [...this.#keys.values()].find(({ id, alias }) => id === name || alias === name);
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${reference ?? ''}' does not exist`);
    const { usage: made = 'ENCRYPT_DECRYPT' } = key;
    if (made !== usage) {
      throw new AwsError('InvalidKeyUsageException', `${key.arn} key usage is ${made} which is not valid for this call.`);
    }
    return key;
  }

  #seal(keyId: string, plaintext: Buffer, context: Request['EncryptionContext']): string {
    const iv = createHash('sha256').update(`iv ${this.#account.newId()}`).digest().subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', material(keyId), iv).setAAD(contextBytes(context));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const name = Buffer.from(keyId);
    return Buffer.concat([Buffer.from([name.length]), name, iv, cipher.getAuthTag(), sealed]).toString('base64');
  }
}

function open(keyId: string, sealed: Buffer, context: Request['EncryptionContext']): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', material(keyId), sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(contextBytes(context))
      .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('base64');
  } catch {
    throw invalidCiphertext();
  }
}

function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}

function material(keyId: string): Buffer {
  return createHash('sha256').update(`key material ${keyId}`).digest();
}

/** The order of the pairs does not matter. */
function contextBytes(context: Request['EncryptionContext']): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function mac(keyId: string, request: Request): Buffer {
  if (request.MacAlgorithm !== 'HMAC_SHA_256') throw new UnsupportedRequest(`the MacAlgorithm ${request.MacAlgorithm ?? ''}`);
  return createHmac('sha256', material(keyId)).update(limited('message', request.Message)).digest();
}

function limited(name: string, base64: string | undefined): Buffer {
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (bytes.length < 1 || bytes.length > MAX_PLAINTEXT_BYTES) {
    throw new AwsError('ValidationException', `1 validation error detected: Value at '${name}' failed to satisfy constraint: `
      + `Member must have length between 1 and ${MAX_PLAINTEXT_BYTES}`);
  }
  return bytes;
}
