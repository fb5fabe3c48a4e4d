import * as z from 'zod';
import { carriersOf } from '../outbox/carriers-of.ts';
import { eventOwners, eventRegistry, publicEventTypes } from '../shared/events/registry.ts';
import type { CarriedEvent, PublicEvents } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { EventCarriers } from './event-carriers.ts';

/** Parts of a table that are read side by side. */
const SEGMENTS = 4;

/** The services whose events can be public, in the order in which their tables are looked through. */
const owners: readonly EventOwner[] = [...new Set(publicEventTypes.map((type) => eventRegistry[type].owner))];

const keySchema = z.object({ pk: z.string(), sk: z.string() });
const positionSchema = z.object({
  owner: z.enum(eventOwners),
  segments: z.int(),
  open: z.array(z.object({ segment: z.int(), after: keySchema.exactOptional() })).readonly(),
});

/** How far the tables have been looked through: one at a time, its unfinished segments with the key to go on behind. */
export type Position = z.infer<typeof positionSchema>;
/** @returns undefined for what is no position */
export const parsePosition = (value: unknown): Position | undefined => positionSchema.safeParse(value).data;

export interface Republishing {
  /** Events from here on and before there, epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  /** Absent: of every tenant. */
  readonly tenant?: TenantId;
  /** Only looks. */
  readonly dryRun: boolean;
}

export interface RepublishPorts {
  readonly carriers: EventCarriers;
  /** Keeps for good what is about to be said. */
  readonly audit: (owner: EventOwner, events: number) => Promise<void>;
  /** Whether there is time for one more round. */
  readonly goOn: () => boolean;
}

export interface Republished {
  /** Public events of the window that were looked up in the log. */
  readonly checked: number;
  readonly missing: readonly CarriedEvent[];
  readonly said: number;
  readonly unreadable: number;
  /** Absent when every table has been looked through. */
  readonly next?: Position;
}

/**
 * Finds the public events that the event log lacks and has them said again by the services that own them.
 * Rounds, until every table has been looked through or time is up:
 * 1. Ask the table's service for the public events of the window, of each unfinished segment.
 * 2. Ask the log's service which of them it has not.
 * 3. Unless only looking: write the audit entry, then have these said again.
 * 4. Move on, last: what broke off before is done again, which changes nothing.
 */
export const republish = async (ports: RepublishPorts, window: Republishing, from: Position | undefined): Promise<Republished> => {
  let [checked, said, unreadable] = [0, 0, 0];
  const missing: CarriedEvent[] = [];
  let position = from ?? startOf(owners[0]);
  // A call that did no round would never come to an end.
  for (let round = 1; position !== undefined && (round === 1 || ports.goOn()); round += 1) {
    const { owner } = position;
    const pages = await pagesAt(ports, window, position);
    const events = pages.flatMap((page) => page.events);
    const gaps = await gapsIn(ports, events);
    if (gaps.length > 0 && !window.dryRun) {
      await ports.audit(owner, gaps.length);
      said += (await ports.carriers.sayAgain(owner, carriersOf(gaps))).said;
    }
    checked += events.length;
    unreadable += pages.reduce((sum, page) => sum + page.unreadable, 0);
    missing.push(...gaps);
    position = behind(position, pages);
  }
  return { checked, missing, said, unreadable, ...(position === undefined ? {} : { next: position }) };
};

const startOf = (owner: EventOwner | undefined): Position | undefined =>
  owner === undefined ? undefined : { owner, segments: SEGMENTS, open: Array.from({ length: SEGMENTS }, (_, segment) => ({ segment })) };

type Page = PublicEvents & { readonly segment: number };

const pagesAt = ({ carriers }: RepublishPorts, { since, until, tenant }: Republishing, { owner, segments, open }: Position): Promise<Page[]> =>
  Promise.all(
    open.map(async (part) => {
      const page = await carriers.publicEvents(owner, { since, until, segments, ...part, ...(tenant === undefined ? {} : { tenant }) });
      return { ...page, segment: part.segment };
    }),
  );

const gapsIn = async ({ carriers }: RepublishPorts, events: readonly CarriedEvent[]): Promise<CarriedEvent[]> => {
  if (events.length === 0) return [];
  const unlogged = await carriers.unlogged(events);
  return events.filter(({ id }) => unlogged.has(id));
};

const behind = ({ owner, segments }: Position, pages: readonly Page[]): Position | undefined => {
  const open = pages.flatMap(({ segment, next }) => (next === undefined ? [] : [{ segment, after: next }]));
  return open.length > 0 ? { owner, segments, open } : startOf(owners[owners.indexOf(owner) + 1]);
};
