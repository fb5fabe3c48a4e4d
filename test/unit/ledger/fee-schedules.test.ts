import { describe, expect, it } from '@jest/globals';
import { feeOf } from '../../../lambdas/ledger/fee-schedule.ts';
import { MAX_AMOUNT_MINOR } from '../../../lambdas/shared/money/amount.ts';
import { ledgerForEachTest, OTHER } from './ledger-api.ts';

const { call } = ledgerForEachTest();
const put = (id: string, body: unknown, tenant?: string) => call('putFeeSchedule', { path: { id }, body, ...(tenant === undefined ? {} : { tenant }) });
const get = (id: string, tenant?: string) => call('getFeeSchedule', { path: { id }, ...(tenant === undefined ? {} : { tenant }) });
const remove = (id: string, tenant?: string) => call('deleteFeeSchedule', { path: { id }, ...(tenant === undefined ? {} : { tenant }) });

describe('a fee schedule', () => {
  it('is set, read, replaced and taken away, for one currency of one tenant', async () => {
    const view = { currency: 'EUR', basisPoints: 250, fixed: 30, actor: 'client-1', updatedAt: '2026-01-05T10:00:00.000Z' };
    expect(await put('EUR', { basisPoints: 250, fixed: 30 })).toMatchObject({ status: 200, body: view });
    expect((await get('EUR')).body).toEqual(view);
    expect([(await get('USD')).status, (await get('EUR', OTHER)).status, (await remove('EUR', OTHER)).status]).toEqual([404, 404, 404]);
    await put('EUR', { basisPoints: 0, fixed: 1 });
    expect((await get('EUR')).body).toMatchObject({ basisPoints: 0, fixed: 1 });
    expect([(await remove('EUR')).status, (await get('EUR')).status, (await remove('EUR')).status]).toEqual([204, 404, 404]);
    expect((await put('EUR', { basisPoints: 1, fixed: 0 })).status).toBe(200);
    expect((await get('EUR')).body).toMatchObject({ basisPoints: 1, fixed: 0 });
  });

  it.each<[string, unknown]>([
    ['/basisPoints', { basisPoints: 10_001, fixed: 0 }], ['/basisPoints', { basisPoints: -1, fixed: 0 }], ['/basisPoints', { basisPoints: 0.5, fixed: 0 }], ['/basisPoints', { fixed: 0 }],
    ['/fixed', { basisPoints: 0, fixed: -1 }], ['/fixed', { basisPoints: 0, fixed: MAX_AMOUNT_MINOR + 1 }], ['/fixed', { basisPoints: 0 }], ['/more', { basisPoints: 0, fixed: 0, more: 1 }],
  ])('rejects a wrong %s', async (param, body) => {
    expect(await put('EUR', body)).toMatchObject({ status: 400, body: { code: 'validation_failed', param } });
    expect((await get('EUR')).status).toBe(404);
  });

  it('rejects what is no currency', async () => {
    for (const id of ['eur', 'XXX', '', 'EUR#1']) expect([(await put(id, { basisPoints: 1, fixed: 1 })).status, (await get(id)).status, (await remove(id)).status]).toEqual([404, 404, 404]);
  });

  it('makes a fee that is exact for the largest amounts, and never more than the amount', () => {
    expect(feeOf({ basisPoints: 9_999, fixedMinor: 0 }, MAX_AMOUNT_MINOR)).toBe(999_899_999_999);
    expect(feeOf({ basisPoints: 10_000, fixedMinor: MAX_AMOUNT_MINOR }, MAX_AMOUNT_MINOR)).toBe(MAX_AMOUNT_MINOR);
    expect(feeOf({ basisPoints: 1, fixedMinor: 0 }, 9_999)).toBe(0);
  });
});
