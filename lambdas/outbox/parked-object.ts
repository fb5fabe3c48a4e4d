import * as z from 'zod';
import { decodeEvents } from '../shared/events/event-entry.ts';
import { isPaymentId, isTenantId } from '../shared/ids/ids.ts';
import { imageOf } from './stream-image.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Image } from './outbox-source.ts';
import type { Carrier, ParkedSummary } from './retelling-requests.ts';

/** What an object of the parking bucket says, as far as it can be read. */
export interface ParkedObject extends ParkedSummary {
  /** What is to be said again, an item at a time: the events that the records added to it. */
  readonly carriers: readonly Carrier[];
}

const attribute = z.record(z.string(), z.unknown());
const recordSchema = z.object({
  eventSourceARN: z.string().exactOptional(),
  dynamodb: z.object({ Keys: attribute, OldImage: attribute.exactOptional(), NewImage: attribute.exactOptional() }),
});
type StreamRecord = z.infer<typeof recordSchema>;

/** By a relay: one record and why. */
const ofRelay = z.object({ reason: z.string(), record: recordSchema });
/** By Lambda: the whole batch that it gave up, as text. */
const ofLambda = z.object({
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.int().exactOptional() }),
  payload: z.unknown(),
});
const batchSchema = z.object({ Records: z.array(recordSchema) });

/** @param table name of the table that the records must be of */
export const readParked = (body: string, table: string): ParkedObject => {
  try {
    const value: unknown = JSON.parse(body);
    const parked = ofRelay.safeParse(value);
    if (parked.success) return { ...readRecords([parked.data.record], table), error: { message: parked.data.reason } };
    const { requestContext, payload } = ofLambda.parse(value);
    const { Records } = batchSchema.parse(typeof payload === 'string' ? JSON.parse(payload) : payload);
    const { condition, approximateInvokeCount } = requestContext;
    return { ...readRecords(Records, table), error: { code: condition }, ...(approximateInvokeCount === undefined ? {} : { attempts: approximateInvokeCount }) };
  } catch {
    return { event: {}, carriers: [], obstacle: 'The object is no parked stream record that can be read.' };
  }
};

const readRecords = (records: readonly StreamRecord[], table: string): ParkedObject => {
  const said = records.map((record) => saidBy(record, table));
  const tenants = [...new Set(said.map(({ tenant }) => tenant))];
  // Of several tenants: nobody's but the platform's.
  const [tenant] = tenants.length === 1 ? tenants : [];
  const first = said.length === 1 ? said[0] : undefined;
  const carriers = said.flatMap(({ carrier }) => (carrier === undefined ? [] : [carrier]));
  const obstacle = said.find((one) => one.obstacle !== undefined)?.obstacle ?? (carriers.length === 0 ? 'It says no event: nothing is missing.' : undefined);
  return { event: first?.event ?? {}, carriers, ...(tenant === undefined ? {} : { tenant }), ...(obstacle === undefined ? {} : { obstacle }) };
};

interface Said {
  readonly event: ParkedSummary['event'];
  readonly tenant?: TenantId;
  readonly carrier?: Carrier;
  readonly obstacle?: string;
}

/** What a relay would have published of this change: appended entries, or the one that is said again. */
const saidBy = ({ eventSourceARN = '', dynamodb }: StreamRecord, table: string): Said => {
  const keys = image(dynamodb.Keys);
  const { pk, sk } = { pk: String(keys?.['pk']), sk: String(keys?.['sk']) };
  const [tenant = '', , aggregate = ''] = pk.split('#');
  const event: ParkedSummary['event'] = { subject: aggregate, ...(isPaymentId(aggregate) ? { paymentId: aggregate } : {}) };
  const known = { event: aggregate === '' ? {} : event, ...(isTenantId(tenant) ? { tenant } : {}) };
  if (/:table\/([^/]+)\/stream\//.exec(eventSourceARN)?.[1] !== table) return { ...known, obstacle: 'It is of the stream of another table.' };
  const [before, now] = [image(dynamodb.OldImage), image(dynamodb.NewImage)];
  const sequences = sequencesOf(before, now);
  if (sequences.length === 0) return known;
  return { ...known, event: { ...known.event, ...entryOf(aggregate, now, sequences[0]) }, carrier: { pk, sk, sequences } };
};

const image = (value: Readonly<Record<string, unknown>> | undefined): Image | undefined => imageOf(value as Parameters<typeof imageOf>[0]);

const sequencesOf = (before: Image | undefined, now: Image | undefined): number[] => {
  const [known, all] = [before, now].map((one) => (Array.isArray(one?.['events']) ? one['events'].length : 0));
  if (known === undefined || all === undefined) return [];
  if (all > known) return Array.from({ length: all - known }, (_, index) => known + index + 1);
  const again = Number(now?.['say']);
  return before !== undefined && Number(now?.['emission']) > Number(before['emission']) && Number.isInteger(again) ? [again] : [];
};

/** Why it is parked may be that an entry cannot be read: then there is less to tell. */
const entryOf = (aggregate: string, now: Image | undefined, sequence: number | undefined): ParkedSummary['event'] => {
  try {
    const entry = decodeEvents(aggregate, now?.['events']).find((one) => one.sequence === sequence);
    return entry === undefined ? {} : { type: entry.type, at: entry.at, correlationId: entry.correlation };
  } catch {
    return {};
  }
};
