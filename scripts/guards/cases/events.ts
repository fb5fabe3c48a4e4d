import type { Guard } from '../guard.ts';

const batch = ['test/unit/outbox/relay-batch.test.ts'];
const relay = ['test/unit/outbox/relay.test.ts'];
const publisher = ['test/unit/outbox/event-bridge-publisher.test.ts'];
const trace = ['test/unit/pipeline/trace.test.ts'];
const queue = ['test/unit/shared/queue-consumer.test.ts'];

export const eventGuards: readonly Guard[] = [
  {
    name: 'an entry that the bus refused is not taken for published',
    file: 'lambdas/outbox/event-bridge-publisher.ts',
    find: 'if (entry?.EventId !== undefined && entry.ErrorCode === undefined)',
    replace: 'if (entry !== undefined)',
    tests: publisher,
  },
  {
    name: 'a call that the bus did not answer is not taken for published',
    file: 'lambdas/outbox/event-bridge-publisher.ts',
    find: "events.map((): PublishResult => 'retry')",
    replace: "events.map((): PublishResult => 'published')",
    tests: publisher,
  },
  {
    name: 'an event of an item waits until its earlier one is accepted',
    file: 'lambdas/outbox/relay-batch.ts',
    find: 'overtakes)) break;',
    replace: '(overtakes && bytes < 0))) break;',
    tests: batch,
  },
  {
    name: 'what failed goes before all that comes later',
    file: 'lambdas/outbox/relay-batch.ts',
    find: '[...again, ...waiting.slice(call.length)]',
    replace: '[...waiting.slice(call.length), ...again]',
    tests: batch,
  },
  {
    name: 'out of time, the relay knows the first record that is not done',
    file: 'lambdas/outbox/relay-batch.ts',
    find: 'return { ...failedFrom(batch, waiting), refused };',
    replace: 'return { refused };',
    tests: batch,
  },
  {
    name: 'the relay reports the first record that is not done',
    file: 'lambdas/outbox/relay.ts',
    find: 'failedFrom === undefined ? [] : [{ itemIdentifier: failedFrom }]',
    replace: '[]',
    tests: relay,
  },
  {
    name: 'what the bus refuses for good is parked',
    file: 'lambdas/outbox/relay.ts',
    find: "if (record !== undefined) await park(parking, record, 'the bus refuses the event');",
    replace: '',
    tests: relay,
  },
  {
    name: 'what can never be published is parked',
    file: 'lambdas/outbox/relay.ts',
    find: "await park(parking, record, error instanceof Error ? error.message : 'The record cannot be read.');",
    replace: '',
    tests: relay,
  },
  {
    name: 'binaries of a stream image are decoded',
    file: 'lambdas/outbox/stream-image.ts',
    find: "if (typeof value.B === 'string') return { B: Buffer.from(value.B, 'base64') };",
    replace: '',
    tests: relay,
  },
  {
    name: 'an outcome that was lost is said again',
    file: 'lambdas/outbox/events-of-change.ts',
    find: ": saidAgain(entries, oldImage, newImage);",
    replace: ': [];',
    tests: relay,
  },
  {
    name: 'a write that says nothing publishes nothing',
    file: 'lambdas/outbox/events-of-change.ts',
    find: "if (oldImage === undefined || Number(newImage['emission']) <= Number(oldImage['emission'])) return [];",
    replace: '',
    tests: relay,
  },
  {
    name: 'a message that failed is handed back',
    file: 'lambdas/shared/queue/queue-consumer.ts',
    find: 'return false;',
    replace: 'return true;',
    tests: queue,
  },
  {
    name: 'an event that is early is not consumed',
    file: 'lambdas/shared/queue/queue-consumer.ts',
    find: "if (outcome === 'early') throw",
    replace: "if (outcome === 'early' && record.body === '') throw",
    tests: queue,
  },
  {
    name: 'an event is held to its contract',
    file: 'lambdas/shared/events/envelope.ts',
    find: 'if (!data.success) throw',
    replace: 'if (!data.success && type.length < 0) throw',
    tests: queue,
  },
  {
    name: 'an item keeps the trace of its events',
    file: 'lambdas/shared/events/event-entry.ts',
    find: '{ w: traceBytes(entry.trace) }',
    replace: '{}',
    tests: trace,
  },
  {
    name: 'what an event causes is in its trace',
    file: 'lambdas/shared/events/envelope.ts',
    find: '...(traceparent === undefined ? {} : { trace: traceparent }),',
    replace: '',
    tests: trace,
  },
  {
    name: 'EventBridge is told the trace of each event',
    file: 'lambdas/outbox/event-bridge-publisher.ts',
    find: '...(event.traceparent === undefined ? {} : { TraceHeader: xRayHeader(event.traceparent) }),',
    replace: '',
    tests: trace,
  },
];
