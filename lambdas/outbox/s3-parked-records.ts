import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey } from '@aws-sdk/client-s3';
import { s3 } from '../shared/aws/s3-client.ts';
import type { EventOwner } from '../shared/events/registry.ts';
import type { FoundObject, ParkedRecords } from './parked-records.ts';

interface ParkedRecordsOptions {
  readonly bucket: string;
  readonly owner: EventOwner;
  /** Id of the mapping that feeds the owner's relay: Lambda itself parks under it. */
  readonly mapping: string;
}

/** What the service's relay parked (s3-parking.ts), and Lambda on its behalf. */
export const s3ParkedRecords = ({ bucket: Bucket, owner, mapping }: ParkedRecordsOptions): ParkedRecords => {
  // In key order.
  const prefixes = [`aws/lambda/${mapping}/`, `parked/${owner}/`];

  const listBehind = async (Prefix: string, after: string | undefined, MaxKeys: number): Promise<FoundObject[]> => {
    const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys, ...(after === undefined ? {} : { StartAfter: after }) }));
    return Contents.map(({ Key = '', LastModified, Size = 0 }) => ({ key: Key, since: LastModified?.getTime() ?? 0, bytes: Size }));
  };

  return {
    list: async (after, atMost) => {
      const found: FoundObject[] = [];
      for (const prefix of prefixes) {
        if (found.length < atMost) found.push(...(await listBehind(prefix, after, atMost - found.length)));
      }
      return found;
    },

    find: async (key) => {
      if (!prefixes.some((prefix) => key.startsWith(prefix))) return undefined;
      const [found] = await listBehind(key, undefined, 1);
      return found?.key === key ? found : undefined;
    },

    read: async (Key) => {
      try {
        const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToString()) ?? '';
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    remove: async (Key) => {
      await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
};
