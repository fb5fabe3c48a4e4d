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

  it.each([
    ['a changed value deep inside', { ...body, amount: { value: 101, currency: 'USD' } }, '/amount'],
    ['a member that was added', { ...body, reference: 'r' }, '/reference'],
    ['a changed type', { ...body, payerAccountId: 1 }, '/payerAccountId'],
  ])('names %s', (_name, other, pointer) => {
    expect(sameFingerprint(fingerprintOf(body), fingerprintOf(other))).toBe(false);
    expect(firstDifference(fingerprintOf(body), other)).toBe(pointer);
  });

  it('differs when a member was left out', () => {
    expect(sameFingerprint(fingerprintOf(body), fingerprintOf({ amount: body.amount }))).toBe(false);
  });

  it('holds path parameters apart from members of the same name', () => {
    expect(sameFingerprint(fingerprintOf({ id: '1' }), fingerprintOf({}, { id: '1' }))).toBe(false);
    expect(firstDifference(fingerprintOf({}, { id: '1' }), {}, { id: '2' })).toBe('{id}');
  });
});
