import { beforeEach, describe, expect, it } from '@jest/globals';
import { CopyObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';
import { clientsOn } from './clients.ts';
import type { Clients } from './clients.ts';

const Bucket = 'parked';

let aws: InMemoryAws;
let clients: Clients;

const put = (Key: string, Body = 'body'): Promise<unknown> =>
  clients.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', Metadata: { reason: 'size' } }));

beforeEach(() => {
  aws = new InMemoryAws({ now: () => Date.UTC(2026, 0, 1) });
  aws.createBucket(Bucket);
  clients = clientsOn(aws);
});

describe('the in-memory S3', () => {
  it('gives back what was put', async () => {
    await put('a/b c+ü.json', '{"x":"é"}');

    const { Body, ContentType, Metadata, LastModified } = await clients.s3.send(new GetObjectCommand({ Bucket, Key: 'a/b c+ü.json' }));

    expect(await Body?.transformToString()).toBe('{"x":"é"}');
    expect({ ContentType, Metadata, LastModified }).toEqual({
      ContentType: 'application/json', Metadata: { reason: 'size' }, LastModified: new Date(Date.UTC(2026, 0, 1)),
    });
    expect([...aws.objects(Bucket).keys()]).toEqual(['a/b c+ü.json']);
  });

  it('lists keys by prefix, in order, page by page', async () => {
    for (const key of ['a/3', 'b/1', 'a/1', 'a/2&<']) await put(key);

    const first = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', MaxKeys: 2 }));
    const second = await clients.s3.send(new ListObjectsV2Command({
      Bucket, Prefix: 'a/', ContinuationToken: first.NextContinuationToken,
    }));

    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2&<']);
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 });
    expect(second.Contents).toMatchObject([{ Key: 'a/3', Size: 4 }]);
    expect(second.IsTruncated).toBe(false);
  });

  it('refuses a key and a bucket that are not there', async () => {
    await expect(clients.s3.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(clients.s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('refuses operations and options that it does not know', async () => {
    const conditional = new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', IfNoneMatch: '*' });
    const ranged = new GetObjectCommand({ Bucket, Key: 'x', Range: 'bytes=0-1' });

    await expect(clients.s3.send(conditional)).rejects.toMatchObject({ name: 'UnsupportedRequest' });
    await expect(clients.s3.send(ranged)).rejects.toMatchObject({ name: 'UnsupportedRequest' });
    await expect(clients.s3.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x` }))).rejects.toMatchObject({ name: 'UnsupportedRequest' });
  });
});
