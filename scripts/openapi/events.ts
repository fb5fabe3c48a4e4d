import * as z from 'zod';
import { dataSchemaOf } from '../../lambdas/shared/events/envelope.ts';
import { eventRegistry, publicEventTypes, sourceOf } from '../../lambdas/shared/events/registry.ts';
import { time } from './schemas.ts';
import type { Envelope } from '../../lambdas/shared/events/envelope.ts';
import type { EventDefinition, EventType } from '../../lambdas/shared/events/registry.ts';
import type { ZodOpenApiPathsObject } from 'zod-openapi';

type PublicMember = Exclude<keyof Envelope, 'emission'>;

const dataOf = ({ data, public: visibility }: EventDefinition): z.ZodObject =>
  visibility === 'withoutPayment' ? data.omit({ paymentId: true }) : data;

const schemaIdOf = (type: EventType): string => `${type}Event`;
const referenceTo = (type: EventType) => ({ $ref: `#/components/schemas/${schemaIdOf(type)}` });

/** The CloudEvents envelope as tenants see it. */
const publicEvent = (type: EventType) => {
  const definition = eventRegistry[type];
  const members = {
    specversion: z.literal('1.0'),
    id: z.string().describe('`<subject>-<sequence>`: the same however often the event is told.'),
    source: z.literal(sourceOf(definition.owner)),
    type: z.literal(type),
    subject: z.string().describe('Id of what the event is about.'),
    time: time('When it happened.'),
    datacontenttype: z.literal('application/json'),
    dataschema: z.literal(dataSchemaOf(type)),
    tenantid: z.string(),
    sequence: z.int().min(1).describe('Position among all events of the subject.'),
    publicsequence: z.int().min(1).describe('Position among the public events of the subject: receivers order by it.'),
    correlationid: z.string().describe('X-Request-Id of the request that all this began with.'),
    causationid: z.string().describe('Id of the request or event that caused this one.'),
    traceparent: z.string().optional().describe('W3C Trace Context: the trace of the request that all this began with.'),
    data: dataOf(definition),
  } satisfies Record<PublicMember, z.ZodType>;
  return z.strictObject(members).meta({ id: schemaIdOf(type), description: definition.summary });
};

export const event = z
  .union(publicEventTypes.map(publicEvent))
  .meta({ id: 'Event', description: 'A public event, a CloudEvents 1.0 envelope.' });

const webhookHeaders = z.object({
  traceparent: z.string().optional().describe('W3C Trace Context, for receivers that trace.'),
  'webhook-id': z.string().describe('The same at every attempt: tells duplicates.'),
  'webhook-timestamp': z.string().regex(/^\d+$/).describe('Of the attempt, epoch seconds: refuse what is old.'),
  'webhook-signature': z
    .string()
    .describe("`v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>` with the endpoint's secret."),
});

/** What webhook endpoints receive: one entry per public event type. */
export const webhooks = (): ZodOpenApiPathsObject =>
  Object.fromEntries(
    publicEventTypes.map((type) => [
      type,
      {
        post: {
          operationId: `webhook-${type}`,
          summary: eventRegistry[type].summary,
          description: 'Signed as Standard Webhooks say. Can come more than once, always with the same `webhook-id`.',
          tags: ['webhooks'],
          security: [],
          requestParams: { header: webhookHeaders },
          requestBody: { required: true, content: { 'application/json': { schema: referenceTo(type) } } },
          responses: { '2XX': { description: 'Taken.' }, default: { description: 'Not taken, as are redirects: it is sent again later.' } },
        },
      },
    ]),
  );
