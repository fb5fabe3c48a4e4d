import { describe, expect, it } from '@jest/globals';
import { fingerprintOf, firstDifference, sameFingerprint } from '../../../lambdas/shared/canonical/fingerprint.ts';

const body = { amount: { value: 100, currency: 'USD' }, payerAccountId: 'a', metadata: { x: '1', y: '2' } };

describe('fingerprintOf', () => {
  it('is the same for another member order', () => {
    const reordered = { metadata: { y: '2', x: '1' }, payerAccountId: 'a', amount: { currency: 'USD', value: 100 } };
    expect(sameFingerprint(fingerprintOf(body), fingerprintOf(reordered))).toBe(true);
    expect(firstDifference(fingerprintOf(body), reordered)).toBeUndefined();
  });

  it('takes 16 bytes and 6 per field', () => {
    expect(fingerprintOf(body)).toHaveLength(16 + 3 * 6);
  });

  // What a request asked for is kept as this: repeats of it must be known again after every deployment.
  it('is the same for ever', () => {
    expect(Buffer.from(fingerprintOf(body, { id: '7' })).toString('hex')).toBe('07efd4915a98aaa84051278d3b9d9371802fdb87a1ed0a724fcf136de8adac8d8342c1ee7902699b');
  });

  it.each([['an array', [1, 2], [2, 1]], ['a scalar', 'a', 'b'], ['null', null, {}], ['nothing in an object', {}, []]])('is of a body as a whole that is %s', (_what, one, other) => {
    expect(sameFingerprint(fingerprintOf(one), fingerprintOf(one))).toBe(true);
    expect(sameFingerprint(fingerprintOf(one), fingerprintOf(other))).toBe(false);
    expect(firstDifference(fingerprintOf(one), one)).toBeUndefined();
  });

  it('is compared by its first 16 bytes: the others only tell where two differ', () => {
    const whole = fingerprintOf(body);
    expect([sameFingerprint(whole, whole.subarray(0, 16)), sameFingerprint(whole.subarray(0, 16), whole)]).toEqual([true, true]);
  });

  it.each([
    ['a changed value deep inside', { ...body, amount: { value: 101, currency: 'USD' } }, '/amount'],
    ['a member that was added', { ...body, reference: 'r' }, '/reference'],
    ['a changed type', { ...body, payerAccountId: 1 }, '/payerAccountId'],
  ])('names %s', (_name, other, pointer) => {
    expect(sameFingerprint(fingerprintOf(body), fingerprintOf(other))).toBe(false);
    expect(firstDifference(fingerprintOf(body), other)).toBe(pointer);
  });

  it('differs when a member was left out, and then names none: the request has no such field', () => {
    expect(sameFingerprint(fingerprintOf(body), fingerprintOf({ amount: body.amount }))).toBe(false);
    expect(firstDifference(fingerprintOf(body), { amount: body.amount })).toBeUndefined();
  });

  it('names the first of two differences, in the order of their names, and a body that is no object as a whole', () => {
    expect(firstDifference(fingerprintOf(body), { ...body, payerAccountId: 'b', metadata: {} })).toBe('/metadata');
    expect(firstDifference(fingerprintOf(body), { payerAccountId: 'b', metadata: {}, amount: body.amount })).toBe('/metadata');
    expect(firstDifference(fingerprintOf([1]), [2])).toBe('/');
  });

  it('holds path parameters apart from members of the same name', () => {
    expect(sameFingerprint(fingerprintOf({ id: '1' }), fingerprintOf({}, { id: '1' }))).toBe(false);
    expect(firstDifference(fingerprintOf({}, { id: '1' }), {}, { id: '2' })).toBe('{id}');
  });
});
