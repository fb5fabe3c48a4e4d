import * as z from 'zod';
import { isEventType } from '../shared/events/registry.ts';
import { isTenantId } from '../shared/ids/ids.ts';

const keyPart = z.string().min(1).max(1_024);
const itemKeySchema = z.strictObject({ pk: keyPart, sk: keyPart });
/** Key of an item in the table of the service that is asked. */
export type ItemKey = z.infer<typeof itemKeySchema>;

const epochMs = z.int().min(0);
const tenantSchema = z.string().refine(isTenantId);

/** An item that carries events, and the entries of its list that are to be said again. */
const carrierSchema = itemKeySchema.extend({ sequences: z.array(z.int().min(1)).min(1).max(500) });
export type Carrier = z.infer<typeof carrierSchema>;

/** Items of one request: more would not fit into the time of an API call. */
export const CARRIERS_AT_ONCE = 100;
/** Events of one question to the event log. */
export const EVENTS_AT_ONCE = 500;

const listSchema = z.strictObject({
  request: z.literal('list-public-events'),
  /** Events from here on and before there, epoch milliseconds. */
  since: epochMs,
  until: epochMs,
  /** @default events of every tenant */
  tenant: tenantSchema.exactOptional(),
  /** Part of the table, of how many: parts are read side by side. */
  segment: z.int().min(0),
  segments: z.int().min(1).max(64),
  /** Key behind which to go on. */
  after: itemKeySchema.exactOptional(),
});
export type ListPublicEvents = Omit<z.infer<typeof listSchema>, 'request'>;

const loggedEventSchema = z.object({ tenant: tenantSchema, id: z.string().min(1), at: epochMs });
/** What the event log knows an event by; `at` in epoch milliseconds. */
export type EventReference = z.infer<typeof loggedEventSchema>;

/** Parked objects of one question. */
export const PARKED_AT_ONCE = 100;
const parkedKeySchema = z.string().min(1).max(1_024);

/** What operations may ask of a service's retelling function. */
export const retellingRequestSchema = z.discriminatedUnion('request', [
  z.strictObject({ request: z.literal('say-again'), carriers: z.array(carrierSchema).min(1).max(CARRIERS_AT_ONCE) }),
  listSchema,
  /** For the owner of the event log alone. */
  z.strictObject({ request: z.literal('find-unlogged'), events: z.array(loggedEventSchema).min(1).max(EVENTS_AT_ONCE) }),
  /** What was parked, in key order behind `after`. */
  z.strictObject({ request: z.literal('list-parked'), after: parkedKeySchema.exactOptional() }),
  z.strictObject({ request: z.literal('find-parked'), keys: z.array(parkedKeySchema).min(1).max(PARKED_AT_ONCE) }),
  z.strictObject({ request: z.literal('retell-parked'), key: parkedKeySchema }),
]);
export type RetellingRequest = z.infer<typeof retellingRequestSchema>;

/** What came of saying again: how many entries were said, and which the table does not have. */
export const saidAgainSchema = z.object({ said: z.int(), refused: z.array(itemKeySchema.extend({ sequence: z.int() })).readonly() });
export type SaidAgain = z.infer<typeof saidAgainSchema>;

const publicEventSchema = loggedEventSchema.extend({ type: z.string().refine(isEventType), pk: z.string(), sk: z.string(), sequence: z.int() });
/** A public event and the item that carries it. */
export type CarriedEvent = z.infer<typeof publicEventSchema>;

/** A part of a table's public events. */
export const publicEventsSchema = z.object({
  events: z.array(publicEventSchema).readonly(),
  /** Items that carry events and cannot be read: each is in the function's log. */
  unreadable: z.int(),
  /** Key to go on behind; absent when the segment has been read to its end. */
  next: itemKeySchema.exactOptional(),
});
export type PublicEvents = z.infer<typeof publicEventsSchema>;

/** Ids of the events that the log has not and still would take. */
export const unloggedSchema = z.object({ ids: z.array(z.string()).readonly() });

const said = z.string().exactOptional();
const parkedSummarySchema = z.object({
  /** Members of its envelope, as far as they can be told; `at` in epoch milliseconds. */
  event: z.object({ id: said, type: said, subject: said, at: z.number().exactOptional(), correlationId: said, paymentId: said }),
  /** The tenant of all that is in it; absent when it says none, or several. */
  tenant: tenantSchema.exactOptional(),
  error: z.object({ code: said, message: said }).exactOptional(),
  attempts: z.int().exactOptional(),
  /** Why it cannot be said again; absent when it can. */
  obstacle: said,
});
export type ParkedSummary = z.infer<typeof parkedSummarySchema>;

const parkedRecordSchema = parkedSummarySchema.extend({ key: z.string(), since: z.number() });
/** A parked object and since when it is parked, epoch milliseconds. */
export type ParkedRecord = z.infer<typeof parkedRecordSchema>;

/** What was parked: a part of it. */
export const parkedPageSchema = z.object({
  records: z.array(parkedRecordSchema).readonly(),
  /** Key to go on behind; absent when there is no more. */
  next: z.string().exactOptional(),
});
export type ParkedPage = z.infer<typeof parkedPageSchema>;

/** said: its events were, and it is removed. refused: it stays, for this reason. gone: somebody else had it said. */
export const parkedRetoldSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('said') }),
  z.object({ outcome: z.literal('gone') }),
  z.object({ outcome: z.literal('refused'), reason: z.string() }),
]);
export type ParkedRetold = z.infer<typeof parkedRetoldSchema>;
