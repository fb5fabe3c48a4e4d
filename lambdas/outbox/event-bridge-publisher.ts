import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventBridge } from '../shared/aws/event-bridge-client.ts';
import { describeError, logger } from '../shared/observability/logger.ts';
import { xRayHeader } from '../shared/observability/trace.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { EventPublisher, PublishResult } from './publish.ts';

/** The bus refuses these whatever is done: waiting would hold up the shard for nothing. */
const permanent = new Set(['MalformedDetail', 'InvalidArgument', 'NotAuthorizedForDetailTypeException', 'ValidationException']);

const entryOf = (busName: string, event: Envelope) => ({
  EventBusName: busName, Source: event.source, DetailType: event.type, Detail: JSON.stringify(event),
  // The payment's own trace: the relay's is that of a stream batch, which holds changes of many payments.
  ...(event.traceparent === undefined ? {} : { TraceHeader: xRayHeader(event.traceparent) }),
});

export const eventBridgePublisher = (busName: string): EventPublisher => ({
  sizeOf: (event) => Buffer.byteLength(JSON.stringify(event)) + event.source.length + event.type.length,

  publish: async (events) => {
    try {
      const { Entries = [] } = await eventBridge().send(new PutEventsCommand({ Entries: events.map((event) => entryOf(busName, event)) }));
      return events.map((_, index): PublishResult => {
        const entry = Entries[index];
        // 200 says nothing about the single entry: only an EventId does.
        if (entry?.EventId !== undefined && entry.ErrorCode === undefined) return 'published';
        return permanent.has(entry?.ErrorCode ?? '') ? 'never' : 'retry';
      });
    } catch (error) {
      logger.warn('the bus did not take the events', { error: describeError(error), count: events.length });
      return events.map((): PublishResult => 'retry');
    }
  },
});
