import * as z from 'zod';
import { isTenantId } from '../ids/ids.ts';
import { isTraceParent } from '../observability/trace.ts';
import { eventRegistry, isEventType } from './registry.ts';
import type { TenantId } from '../ids/ids.ts';
import type { Origin } from './event-entry.ts';
import type { EventData, EventType } from './registry.ts';

/** CloudEvents 1.0 with our extensions; travels as EventBridge's `detail` and is the whole SQS message body. */
const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  /** `<aggregate id>-<sequence>`: the same however often it is said. */
  id: z.string().min(1).max(160),
  source: z.string(),
  type: z.string().refine(isEventType, 'is not in the event registry'),
  /** The aggregate's id. */
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  tenantid: z.string().refine(isTenantId, 'is not a tenant id'),
  /** +1 per event of the aggregate, from 1. */
  sequence: z.int().min(1),
  /** +1 per public event of the aggregate; absent on internal ones. Rules for public events match on its presence. */
  publicsequence: z.int().min(1).optional(),
  /** +1 per write that says something of this aggregate, also when the same event is said again. */
  emission: z.int().min(1),
  /** Constant from the HTTP request to the webhook. */
  correlationid: z.string().min(1),
  /** The request or event that caused this one. */
  causationid: z.string().min(1),
  /**
   * CloudEvents' distributed tracing extension (W3C): the trace of the request at the beginning. One that cannot be read is
   * dropped: no payment waits for its trace.
   */
  traceparent: z.string().refine(isTraceParent).optional().catch(undefined),
  data: z.record(z.string(), z.unknown()),
});

interface EnvelopeOf<Type extends EventType> extends Omit<z.infer<typeof envelopeSchema>, 'type' | 'data' | 'tenantid'> {
  readonly type: Type;
  readonly tenantid: TenantId;
  readonly data: EventData<Type>;
}

/** Distributes, so that narrowing `type` narrows `data`. */
export type Envelope<Type extends EventType = EventType> = { [T in Type]: EnvelopeOf<T> }[Type];

export class InvalidEventError extends Error {}

export const dataSchemaOf = (type: EventType): string => `urn:payment-pipeline:event:${type}:${eventRegistry[type].version}`;

/**
 * Checks an event against its contract. Unknown members are dropped, so that a publisher may add some.
 * @throws InvalidEventError naming the members that are wrong, without their values
 */
export const parseEnvelope = (value: unknown): Envelope => {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) throw new InvalidEventError(`Not an event envelope: ${describe(envelope.error)}`);
  const { type } = envelope.data;
  if (!isEventType(type)) throw new InvalidEventError('Not an event envelope: type');
  const data = eventRegistry[type].data.safeParse(envelope.data.data);
  if (!data.success) throw new InvalidEventError(`Not the data of ${type}: ${describe(data.error)}`);
  // The two schemas above have just proven what this type says.
  return { ...envelope.data, type, data: data.data } as Envelope;
};

/** What a consumer's own events come of: the event it consumed. */
export const originOf = ({ id, correlationid, traceparent }: Envelope): Origin => ({
  cause: id, correlation: correlationid, ...(traceparent === undefined ? {} : { trace: traceparent }),
});

const describe = (error: z.ZodError): string => error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`).join(', ');
