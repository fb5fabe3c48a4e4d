import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey } from '@aws-sdk/client-s3';
import { s3 } from '../shared/aws/s3-client.ts';
import { PARKED_RETENTION_DAYS } from '../shared/contract/queues.ts';
import { clock } from '../shared/time/clock.ts';
import { deadLetterId } from './dead-letter.ts';
import { NotRedrivable } from './dead-letter-source.ts';
import { carriersOf } from './event-carriers.ts';
import { readParked } from './parked-object.ts';
import type { EventOwner } from '../shared/events/registry.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterSource } from './dead-letter-source.ts';
import type { EventCarriers } from './event-carriers.ts';
import type { ParkedObject } from './parked-object.ts';

interface ParkedRecordsOptions {
  readonly bucket: string;
  /** Names of the tables whose streams end up here. */
  readonly tables: Readonly<Record<EventOwner, string>>;
  readonly carriers: Pick<EventCarriers, 'sayAgain'>;
}

const NAME = 'relay';
/** Parked by a relay, and by Lambda itself. */
const PREFIXES = ['parked/', 'aws/lambda/'] as const;
const MAX_LOOKED_AT = 500;
const MAX_BYTES = 20_000_000;
/** Lambda hands over at most 6 MB; escaped as text it is a little more. */
const MAX_OBJECT_BYTES = 8_000_000;
const MAX_MS = 5_000;
const DAY_MS = 24 * 3_600_000;

interface Found {
  readonly key: string;
  readonly since: number;
  readonly bytes: number;
}

/** Changes whose events were never published. Redriving one has its owner say the events again, out of the table. */
export const s3ParkedRecords = (options: ParkedRecordsOptions): DeadLetterSource => ({
  name: NAME,
  hold: async (wanted, atMost) => {
    const { found, ended } = await listAll(options.bucket);
    const until = clock.now() + MAX_MS;
    const chosen = new Map<string, { readonly key: string; readonly parked: ParkedObject; readonly letter: DeadLetter }>();
    let [bytes, looked] = [0, 0];
    for (const one of found) {
      if (chosen.size >= atMost || bytes > MAX_BYTES || clock.now() >= until) break;
      bytes += one.bytes;
      looked += 1;
      const parked = await read(options, one);
      if (parked === undefined) continue;
      const letter = letterOf(one, parked);
      if (wanted(letter)) chosen.set(letter.id, { key: one.key, parked, letter });
    }
    return {
      letters: [...chosen.values()].map(({ letter }) => letter),
      complete: ended && looked === found.length,
      redrive: async ({ id }) => {
        const one = chosen.get(id);
        if (one === undefined || one.letter.obstacle !== undefined) throw new Error('The letter cannot be redriven.');
        await sayAgain(options, one.parked);
        await s3().send(new DeleteObjectCommand({ Bucket: options.bucket, Key: one.key }));
      },
      // Objects are not taken from anybody: two who say the same again say one event.
      release: () => Promise.resolve(),
    };
  },
});

/** Oldest first, as far as the bucket was listed. */
const listAll = async (bucket: string): Promise<{ readonly found: readonly Found[]; readonly ended: boolean }> => {
  const lists = await Promise.all(PREFIXES.map((Prefix) => s3().send(new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: MAX_LOOKED_AT }))));
  const found = lists.flatMap(({ Contents = [] }) => Contents.map(({ Key = '', LastModified, Size = 0 }) => ({ key: Key, since: LastModified?.getTime() ?? 0, bytes: Size })));
  return { found: found.sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1)), ended: lists.every(({ IsTruncated }) => IsTruncated !== true) };
};

const read = async ({ bucket, tables }: ParkedRecordsOptions, { key, bytes }: Found): Promise<ParkedObject | undefined> => {
  if (bytes > MAX_OBJECT_BYTES) return { event: {}, carriers: [], obstacle: 'The object is too large to be a parked stream record.' };
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return readParked((await Body?.transformToString()) ?? '', ownerIn(tables));
  } catch (error) {
    // Somebody has redriven it since it was listed.
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

const ownerIn = (tables: Readonly<Record<EventOwner, string>>) => (streamArn: string): EventOwner | undefined => {
  const [, table] = /:table\/([^/]+)\/stream\//.exec(streamArn) ?? [];
  const owners: readonly EventOwner[] = ['payments', 'fraud', 'ledger', 'notifications'];
  return owners.find((owner) => tables[owner] === table);
};

const letterOf = ({ key, since }: Found, { carriers: _carriers, ...told }: ParkedObject): DeadLetter => ({
  id: deadLetterId(NAME, key), source: NAME, kind: 'parked', since, keptUntil: since + PARKED_RETENTION_DAYS * DAY_MS, ...told,
});

/** @throws NotRedrivable when the table does not have what the record says: then the object stays */
const sayAgain = async ({ carriers: port }: ParkedRecordsOptions, { carriers }: ParkedObject): Promise<void> => {
  for (const owner of new Set(carriers.map((carrier) => carrier.owner))) {
    // A batch may hold several changes of one item.
    const own = carriers.filter((carrier) => carrier.owner === owner).flatMap(({ pk, sk, sequences }) => sequences.map((sequence) => ({ pk, sk, sequence })));
    const { refused } = await port.sayAgain(owner, carriersOf(own));
    if (refused.length > 0) throw new NotRedrivable(`The table of ${owner} does not have what it says: the object is all there is of it.`);
  }
};
