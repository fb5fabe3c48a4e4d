import * as z from 'zod';
import { InvalidEventError, parseEnvelope } from '../shared/events/envelope.ts';
import { isPaymentId, isTenantId, PLATFORM_TENANT } from '../shared/ids/ids.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/**
 * How it died. consumer: received and never done. undelivered: EventBridge could not bring it to its queue.
 * parked: a stream record whose events were never published.
 */
export type DeadLetterKind = 'consumer' | 'undelivered' | 'parked';

/** What may be told of an event: its envelope, never its data. Members that could not be read are absent. */
export interface EventSummary {
  readonly id?: string;
  readonly type?: string;
  readonly subject?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  readonly correlationId?: string;
  readonly paymentId?: string;
}

export interface DeadLetter {
  readonly id: string;
  readonly source: string;
  readonly kind: DeadLetterKind;
  /** The tenant of all that is in it; absent when it says none, or several. */
  readonly tenant?: TenantId;
  readonly event: EventSummary;
  /** SQS's id, by which the consumer logged it; absent for what is not in a queue. */
  readonly messageId?: string;
  /** Known only where whoever gave it up said so. */
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly attempts?: number;
  /** Epoch milliseconds: first sent, or parked. */
  readonly since: number;
  /** Epoch milliseconds at which AWS deletes it. */
  readonly keptUntil: number;
  /** Why it cannot be redriven; absent when it can. */
  readonly obstacle?: string;
}

/** Scope says what a caller may do, tenant to whom (ADR 15): the platform's tenant sees everything, also what carries no tenant. */
export const isVisibleTo = (tenant: TenantId) => (letter: DeadLetter): boolean => tenant === PLATFORM_TENANT || letter.tenant === tenant;

export const oldestFirst = (a: DeadLetter, b: DeadLetter): number => a.since - b.since || (a.id < b.id ? -1 : 1);

export const DEAD_LETTER_ID = /^dl_([A-Za-z0-9_-]{4,600})$/;

/** Opaque to callers, the same each time: where it is and what it is called there. */
export const deadLetterId = (source: string, name: string): string => `dl_${Buffer.from(`${source}\n${name}`).toString('base64url')}`;

/** @returns undefined for what is not one of our ids */
export const locate = (id: string): { readonly source: string; readonly name: string } | undefined => {
  const [, encoded] = DEAD_LETTER_ID.exec(id) ?? [];
  if (encoded === undefined) return undefined;
  const [source = '', name = ''] = Buffer.from(encoded, 'base64url').toString().split('\n');
  // Only one spelling of an id is that id.
  return source === '' || name === '' || deadLetterId(source, name) !== id ? undefined : { source, name };
};

export interface ReadEvent {
  readonly event: EventSummary;
  readonly tenant?: TenantId;
  readonly obstacle?: string;
}

const text = z.string().min(1).max(200).exactOptional().catch(() => '');
/** Each member for itself: a letter is often here because one of them is not as it should be. */
const looseEnvelope = z.object({
  id: text, type: text, subject: text, time: text, tenantid: text, correlationid: text, data: z.object({ paymentId: text }).exactOptional().catch(() => ({})),
});

/** What can be told of an event that nobody could process; the contract decides whether it can be sent again. */
export const readEvent = (value: unknown): ReadEvent => {
  const loose = looseEnvelope.safeParse(value);
  if (!loose.success) return { event: {}, obstacle: 'Its body is not a readable event.' };
  const { id, type, subject, time, tenantid = '', correlationid, data } = loose.data;
  const at = Date.parse(time ?? '');
  const paymentId = [subject, data?.paymentId].find((one) => isPaymentId(one ?? ''));
  const obstacle = obstacleOf(value);
  return {
    event: {
      ...said('id', id), ...said('type', type), ...said('subject', subject), ...said('correlationId', correlationid), ...said('paymentId', paymentId),
      ...(Number.isNaN(at) ? {} : { at }),
    },
    ...(isTenantId(tenantid) ? { tenant: tenantid } : {}),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
};

const said = (name: keyof EventSummary, value: string | undefined): EventSummary => (value === undefined || value === '' ? {} : { [name]: value });

const obstacleOf = (value: unknown): string | undefined => {
  try {
    parseEnvelope(value);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    return `Its consumer could not read it: ${error.message}`;
  }
};
