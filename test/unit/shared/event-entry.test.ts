import { describe, expect, it } from '@jest/globals';
import { decodeEvents, encodeEvents, eventIdOf } from '../../../lambdas/shared/events/event-entry.ts';
import type { EventEntry, NewEvent } from '../../../lambdas/shared/events/event-entry.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OTHER = '00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01';
const entry = (more: Partial<NewEvent> = {}): NewEvent => ({ type: 'PaymentInitiated', at: 5, cause: 'request', correlation: 'request', ...more });
const numbered = (entries: readonly NewEvent[]): EventEntry[] => entries.map((one, index) => ({ ...one, sequence: index + 1 }));
const readBack = (...entries: readonly NewEvent[]): EventEntry[] => decodeEvents('pay_1', encodeEvents('pay_1', entries));

describe('events in their item', () => {
  it.each<[string, readonly NewEvent[]]>([
    ['none', []],
    ['one that a request began', [entry()]],
    ['an event\'s effect', [entry(), entry({ cause: 'pay_1.case-1' })]],
    ['another aggregate\'s event', [entry({ cause: 'del_1-4' })]],
    ['facts', [entry({ facts: { n: 1, reason: 'why' } }), entry()]],
    ['one trace from beginning to end', [entry({ trace: TRACE }), entry({ trace: TRACE, cause: 'x' })]],
    ['a second request with a trace of its own', [entry({ trace: TRACE }), entry({ cause: 'second', correlation: 'second', trace: OTHER }), entry({ cause: 'third', correlation: 'second', trace: OTHER })]],
    ['a second request that nothing traced', [entry({ trace: TRACE }), entry({ cause: 'second', correlation: 'second' }), entry({ correlation: 'second' })]],
    ['two requests in turn', [entry(), entry({ correlation: 'second' }), entry()]],
    ['a trace that changes within a request', [entry({ trace: TRACE }), entry({ trace: OTHER })]],
  ])('are read back as they were: %s', (_what, entries) => {
    expect(readBack(...entries)).toStrictEqual(numbered(entries));
  });

  // Items are read for as long as they live, which is for ever: what is stored may not change its meaning.
  it('keep only what the item and the entry before do not say', () => {
    const stored = encodeEvents('pay_1', [
      entry({ trace: TRACE }), entry({ type: 'PaymentApproved', at: 6, cause: 'pay_1.case-1', trace: TRACE, facts: { n: 1 } }), entry({ cause: 'other', correlation: 'second' }),
    ]);
    expect(stored).toStrictEqual([
      { t: 'PaymentInitiated', a: 5, r: 'request', w: expect.anything() }, { t: 'PaymentApproved', a: 6, c: '~.case-1', f: { n: 1 } }, { t: 'PaymentInitiated', a: 5, c: 'other', r: 'second' },
    ]);
    expect(Buffer.from(stored[0]?.w as Uint8Array).toString('hex')).toBe('0af7651916cd43dd8448eb211c80319cb7ad6b716920333101');
  });

  it('are appended behind what the item has', () => {
    const earlier = numbered([entry({ trace: TRACE })]);
    expect(encodeEvents('pay_1', [entry({ trace: TRACE }), entry({ trace: TRACE })], earlier)).toStrictEqual([{ t: 'PaymentInitiated', a: 5 }, { t: 'PaymentInitiated', a: 5 }]);
    expect(encodeEvents('pay_1', [entry({ cause: 'second', correlation: 'second' })], earlier)).toStrictEqual([{ t: 'PaymentInitiated', a: 5, r: 'second' }]);
  });

  it.each([undefined, null, 'events', {}])('refuse to be read from %p: an item that cannot be read must not be passed over', (stored) => {
    expect(() => decodeEvents('pay_1', stored)).toThrow('The item has no list of events.');
  });

  it.each<[string, unknown]>([
    ['no entry', 'PaymentInitiated'], ['of no known type', { t: 'PaymentForgotten', a: 5, r: 'request' }], ['without a time', { t: 'PaymentInitiated', r: 'request' }],
    ['with a time in parts', { t: 'PaymentInitiated', a: 5.5, r: 'request' }], ['without a correlation', { t: 'PaymentInitiated', a: 5 }],
    ['with an empty correlation', { t: 'PaymentInitiated', a: 5, r: '' }], ['with a cause that is no text', { t: 'PaymentInitiated', a: 5, r: 'request', c: 5 }],
    ['with facts of another form', { t: 'PaymentInitiated', a: 5, r: 'request', f: { n: [1] } }],
  ])('refuse an entry %s, by its number', (_what, stored) => {
    expect(() => decodeEvents('pay_1', [stored])).toThrow('Entry 1 of the item\'s events is not readable.');
  });

  it('refuse a broken entry behind a good one', () => {
    expect(() => decodeEvents('pay_1', [{ t: 'PaymentInitiated', a: 5, r: 'request' }, {}])).toThrow('Entry 2');
  });

  it('have the ids of their aggregate and place', () => {
    expect(eventIdOf('pay_1', 3)).toBe('pay_1-3');
  });
});
