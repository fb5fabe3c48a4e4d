import { describe, expect, it } from '@jest/globals';
import { eventsOfChange } from '../../../lambdas/outbox/events-of-change.ts';
import { encodeEvents } from '../../../lambdas/shared/events/event-entry.ts';
import type { Image, OutboxSource } from '../../../lambdas/outbox/outbox-source.ts';
import type { NewEvent } from '../../../lambdas/shared/events/event-entry.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const AT = Date.UTC(2026, 0, 7, 9);
const PAYMENT = { paymentId: 'p', status: 'pending', amount: { value: 100, currency: 'EUR' }, payerAccountId: 'a', payeeAccountId: 'b', captureMethod: 'automatic', createdAt: new Date(AT).toISOString() };
const source: OutboxSource = {
  owner: 'payments',
  aggregateOf: ({ pk }) => (pk === 'nothing' ? undefined : { tenant: 'tenant01' as TenantId, id: String(pk) }),
  dataOf: ({ type }, { status }) => ({ ...PAYMENT, status: typeof status === 'string' ? status : type }),
};
const entry = (type: NewEvent['type'], more: Partial<NewEvent> = {}): NewEvent => ({ type, at: AT, cause: 'cause', correlation: 'request', ...more });
const initiated = entry('PaymentInitiated');
const approved = entry('PaymentApproved', { at: AT + 1, cause: 'verdict-1' });
const succeeded = entry('PaymentSucceeded', { at: AT + 2, trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
const item = (events: readonly NewEvent[], more: Image = {}): Image => ({ pk: 'p', emission: events.length, ...more, events: encodeEvents('p', events) });
const said = (before: Image | undefined, after: Image | undefined): string[] => eventsOfChange(source, before, after).map(({ id, emission }) => `${id} (${emission})`);

describe('a write of an item', () => {
  it('says what a new item begins with, as CloudEvents', () => {
    expect(eventsOfChange(source, undefined, item([initiated]))).toEqual([{
      specversion: '1.0', id: 'p-1', source: 'payment-pipeline.payments', type: 'PaymentInitiated', subject: 'p', time: '2026-01-07T09:00:00.000Z',
      datacontenttype: 'application/json', dataschema: 'urn:payment-pipeline:event:PaymentInitiated:1', tenantid: 'tenant01', sequence: 1, publicsequence: 1, emission: 1,
      correlationid: 'request', causationid: 'cause', data: { ...PAYMENT, status: 'PaymentInitiated' },
    }]);
  });

  it('says what was appended, and nothing that the item had before', () => {
    expect(said(item([initiated]), item([initiated, approved, succeeded], { emission: 2 }))).toEqual(['p-2 (2)', 'p-3 (2)']);
    expect(said({ pk: 'p', emission: 0 }, item([initiated]))).toEqual(['p-1 (1)']);
  });

  it('counts public events by themselves: internal ones have no public sequence and take none', () => {
    const events = eventsOfChange(source, undefined, item([initiated, approved, succeeded]));
    expect(events.map(({ sequence, publicsequence }) => [sequence, publicsequence])).toEqual([[1, 1], [2, undefined], [3, 2]]);
    expect(events[1]).not.toHaveProperty('publicsequence');
  });

  it('carries the trace of the request where there was one', () => {
    const [first, second] = eventsOfChange(source, undefined, item([initiated, succeeded]));
    expect(first).not.toHaveProperty('traceparent');
    expect(second?.traceparent).toBe(succeeded.trace);
  });

  it('says one entry again, under its old id and with its old places, when it raises the emission and appends nothing', () => {
    const before = item([initiated, approved, succeeded], { emission: 4 });
    expect(said(before, { ...before, emission: 5, say: 2 })).toEqual(['p-2 (5)']);
    const [first] = eventsOfChange(source, undefined, item([initiated]));
    expect(eventsOfChange(source, before, { ...before, emission: 5, say: 1 })).toEqual([{ ...first, emission: 5 }]);
  });

  it('says only what is new when it appends and names an older entry as well', () => {
    expect(said(item([initiated]), item([initiated, succeeded], { emission: 2, say: 1 }))).toEqual(['p-2 (2)']);
  });

  it.each<[string, Image | undefined, Image | undefined]>([
    ['changes something else', item([initiated], { say: 1 }), item([initiated], { say: 1, dueAt: 5 })],
    ['lowers the emission', item([initiated], { emission: 3, say: 1 }), item([initiated], { emission: 2, say: 1 })],
    ['raises the emission and names nothing', item([initiated]), item([initiated], { emission: 2 })],
    ['names an entry that the item does not have', item([initiated]), item([initiated], { emission: 2, say: 2 })],
    ['deletes the item', item([initiated]), undefined],
    ['has no events', undefined, { pk: 'p', emission: 1 }],
    ['begins an item without entries, whatever it names', undefined, item([], { emission: 1, say: 1 })],
    ['is of an item that carries none', undefined, item([initiated], { pk: 'nothing' })],
  ])('says nothing when it %s', (_what, before, after) => {
    expect(said(before, after)).toEqual([]);
  });

  it('refuses an item whose entries, or whose event, cannot be what they should: it would never be published', () => {
    expect(() => said(undefined, { ...item([initiated]), events: 'no list' })).toThrow('no list of events');
    expect(() => said({ ...item([initiated]), events: [{}] }, item([initiated]))).toThrow('Entry 1');
    expect(() => said(undefined, item([initiated], { emission: 'often' }))).toThrow('emission');
  });
});
