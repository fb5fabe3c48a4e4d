import { createHash } from 'node:crypto';
import type { Account } from '../account.ts';
import { AwsError, UnsupportedRequest } from '../errors.ts';

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
}

/** A call as `intercept` and `calls` see it. */
export interface S3Input {
  readonly Bucket: string;
  readonly Key?: string;
  readonly Body?: Buffer;
  readonly ContentType?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Prefix?: string;
  readonly MaxKeys?: number;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
}

export interface S3Output {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const DEFAULT_MAX_KEYS = 1000;

export class S3 {
  readonly #account: Account;
  readonly #buckets = new Map<string, Map<string, StoredObject>>();

  constructor(account: Account) {
    this.#account = account;
  }

  createBucket(name: string): void {
    this.#buckets.set(name, new Map());
  }

  objects(bucket: string): ReadonlyMap<string, StoredObject> {
    return this.#bucket(bucket);
  }

  call(operation: string, input: S3Input): S3Output {
    const bucket = this.#bucket(input.Bucket);
    switch (operation) {
      case 'PutObject': return this.#put(bucket, input);
      case 'GetObject': return get(bucket, input);
      case 'DeleteObject':
        // Succeeds whether it is there or not.
        bucket.delete(input.Key ?? '');
        return { headers: {}, body: Buffer.alloc(0) };
      case 'ListObjectsV2': return list(bucket, input);
      default: throw new UnsupportedRequest(`S3 ${operation}`);
    }
  }

  #put(bucket: Map<string, StoredObject>, input: S3Input): S3Output {
    const body = input.Body ?? Buffer.alloc(0);
    bucket.set(input.Key ?? '', {
      body, contentType: input.ContentType ?? 'application/octet-stream', metadata: input.Metadata ?? {}, lastModified: this.#account.now(),
    });
    return { headers: { etag: etag(body) }, body: Buffer.alloc(0) };
  }

  #bucket(name: string): Map<string, StoredObject> {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name }, 404);
    return bucket;
  }
}

function get(bucket: ReadonlyMap<string, StoredObject>, { Key = '' }: S3Input): S3Output {
  const found = bucket.get(Key);
  if (found === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { Key }, 404);
  const metadata = Object.entries(found.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  const headers = {
    'etag': etag(found.body),
    'content-type': found.contentType,
    'content-length': String(found.body.length),
    'last-modified': new Date(found.lastModified).toUTCString(),
    ...Object.fromEntries(metadata) as Record<string, string>,
  };
  return { headers, body: found.body };
}

/** Keys in the order of their bytes; the continuation token is the last key that was listed. */
function list(bucket: ReadonlyMap<string, StoredObject>, input: S3Input): S3Output {
  const prefix = input.Prefix ?? '';
  const after = input.ContinuationToken ?? input.StartAfter ?? '';
  const keys = [...bucket.keys()]
    .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = keys.slice(0, input.MaxKeys ?? DEFAULT_MAX_KEYS);
  const truncated = page.length < keys.length;
  const contents = page.map((key) => {
    const { body = Buffer.alloc(0), lastModified = 0 } = bucket.get(key) ?? {};
    return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${new Date(lastModified).toISOString()}</LastModified>`
      + `<ETag>${escapeXml(etag(body))}</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const next = truncated ? `<NextContinuationToken>${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
  const xml = '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    + `<Name>${escapeXml(input.Bucket)}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>`
    + `<MaxKeys>${input.MaxKeys ?? DEFAULT_MAX_KEYS}</MaxKeys><IsTruncated>${truncated}</IsTruncated>`
    + `${contents.join('')}${next}</ListBucketResult>`;
  return { headers: { 'content-type': 'application/xml' }, body: Buffer.from(xml) };
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
