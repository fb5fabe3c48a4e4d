import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeEvents, encodeEvents } from '../../../lambdas/shared/events/event-entry.ts';
import { originOf, parseEnvelope } from '../../../lambdas/shared/events/envelope.ts';
import { fromXRayHeader, traceBytes, traceOfBytes, traceOfInvocation, xRayHeader, xRayTraceId } from '../../../lambdas/shared/observability/trace.ts';
import { askFor } from '../fraud/fraud-world.ts';
import type { NewEvent } from '../../../lambdas/shared/events/event-entry.ts';

const HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const TRACE = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
const OTHER = TRACE.replace('5759e988', '5759e989');

afterEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
});

describe('a trace', () => {
  it.each([HEADER, HEADER.replace('Sampled=1', 'Sampled=0')])('is the same in the header of X-Ray, as traceparent and as bytes: %s', (header) => {
    const trace = fromXRayHeader(header) ?? '';
    expect([xRayHeader(trace), traceOfBytes(traceBytes(trace)), traceBytes(trace).length]).toEqual([header, trace, 25]);
    expect(xRayTraceId(trace)).toBe('1-5759e988-bd862e3fe1be46a994272793');
  });

  it('is read from the header in any order, beside what else stands there', () => {
    expect(fromXRayHeader('Self=1-1-1;Sampled=1;Lineage=1:a:0;Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793')).toBe(TRACE);
  });

  it.each([undefined, '', 'Root=1-5759e988-bd862e3fe1be46a994272793', HEADER.replace('Root=1', 'Root=2'), HEADER.replace('53995c3f42cd8ad8', '0'.repeat(16)), 'Root;Parent;=', HEADER.toUpperCase()])(
    'is none without a root and a parent: %s', (header) => {
      expect(fromXRayHeader(header)).toBeUndefined();
    });

  it('is that of the invocation, as Lambda sets it', () => {
    expect(traceOfInvocation()).toBeUndefined();
    process.env['_X_AMZN_TRACE_ID'] = HEADER;
    expect(traceOfInvocation()).toBe(TRACE);
  });
});

const entry = (correlation: string, trace?: string): NewEvent => ({ type: 'PaymentInitiated', at: 1, cause: correlation, correlation, ...(trace === undefined ? {} : { trace }) });
const stored = (entries: readonly NewEvent[]): unknown[] => [...encodeEvents('pay_1', entries)];
const tracesOf = (events: unknown): unknown[] => decodeEvents('pay_1', events).map(({ trace }) => trace);

describe('the trace of an event entry', () => {
  it('is kept once while it stays the same', () => {
    const kept = encodeEvents('pay_1', [entry('a', TRACE), entry('a', TRACE), entry('b', OTHER), entry('b', OTHER)]);
    expect(kept.map(({ w }) => w !== undefined)).toEqual([true, false, true, false]);
    expect(tracesOf(kept)).toEqual([TRACE, TRACE, OTHER, OTHER]);
  });

  it('is kept once also when entries are appended one by one', () => {
    const first = encodeEvents('pay_1', [entry('a', TRACE)]);
    const second = encodeEvents('pay_1', [entry('a', TRACE)], decodeEvents('pay_1', first));
    expect(second[0]).not.toHaveProperty('w');
    expect(tracesOf([...first, ...second])).toEqual([TRACE, TRACE]);
  });

  it('is none where there was none, and none of an earlier request', () => {
    expect(tracesOf(stored([entry('a'), entry('a', TRACE), entry('b'), entry('b')]))).toEqual([undefined, TRACE, undefined, undefined]);
  });

  it('may be missing or broken in what is stored: the event is read all the same', () => {
    expect(tracesOf([{ t: 'PaymentInitiated', a: 1, r: 'a' }, { t: 'PaymentApproved', a: 2, w: new Uint8Array(3) }])).toEqual([undefined, undefined]);
  });
});

describe('the trace of an event', () => {
  it('is that of what the event causes', () => {
    expect(originOf(parseEnvelope({ ...askFor('p'), traceparent: TRACE }))).toEqual({ cause: askFor('p').id, correlation: 'request-of-p', trace: TRACE });
  });

  it.each([undefined, 'nonsense', 7, `01${TRACE.slice(2)}`])('is dropped when it cannot be read, and the event is not: %p', (traceparent) => {
    const event = parseEnvelope({ ...askFor('p'), traceparent });
    expect([event.id, event.traceparent, originOf(event)]).toEqual([askFor('p').id, undefined, { cause: askFor('p').id, correlation: 'request-of-p' }]);
  });
});
