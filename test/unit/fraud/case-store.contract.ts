import { randomInt } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { isTransient } from '../../../lambdas/shared/aws/errors.ts';
import { RULE_VERSION } from '../../../lambdas/fraud/rules.ts';
import { accountId, limitsWith, NOW, paymentId } from './fraud-world.ts';
import type { Assessment } from '../../../lambdas/fraud/assessment.ts';
import type { CaseStore } from '../../../lambdas/fraud/case-store.ts';
import type { VelocityLimits } from '../../../lambdas/fraud/velocity.ts';
import type { NewEvent } from '../../../lambdas/shared/events/event-entry.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const MINUTE_MS = 60_000;
const START_OF_MINUTE = Math.floor(NOW / MINUTE_MS) * MINUTE_MS;
const event: NewEvent = { type: 'FraudAssessed', at: NOW, cause: 'event-1', correlation: 'request-1' };

interface Facts {
  readonly tenant?: TenantId;
  readonly payer?: string;
  readonly amountMinor?: number;
  readonly createdAt?: number;
}

/** What every CaseStore must do; each run takes tenants of its own, so that it can share a table with other runs. */
export const caseStoreContract = (name: string, makeStore: () => CaseStore | Promise<CaseStore>): void => {
  describe(`${name} as a case store`, () => {
    let store: CaseStore;
    let own: TenantId;
    beforeEach(async () => {
      store = await makeStore();
      own = `t${randomInt(2 ** 40).toString(36).padStart(10, '0')}` as TenantId;
    });

    const of = (payment: string, outcome: 'approve' | 'decline', facts: Facts = {}): Assessment => {
      const { tenant = own, payer = 'payer', amountMinor = 10, createdAt = NOW } = facts;
      return {
        payment: {
          paymentId: paymentId(payment, tenant), payerAccountId: accountId(payer, tenant), payeeAccountId: accountId('payee', tenant), amountMinor, currency: 'EUR', createdAt,
        },
        verdict: outcome === 'approve'
          ? { outcome, riskLevel: 'low', riskScore: 1, reasons: [], ruleVersion: RULE_VERSION }
          : { outcome, riskLevel: 'high', riskScore: 100, reasons: ['payer_blocked'], ruleVersion: RULE_VERSION },
        answered: 1,
      };
    };
    const approve = (payment: string, limits: VelocityLimits, facts: Facts = {}) => store.approve(facts.tenant ?? own, of(payment, 'approve', facts), event, limits);
    const decline = (payment: string, facts: Facts = {}) => store.decline(facts.tenant ?? own, of(payment, 'decline', facts), event);
    const roomy = limitsWith().velocity;
    const twoPerMinute = limitsWith({ minute: { maxCount: 2, maxAmountMinor: 1_000 } }).velocity;
    /** The payer's counters, by an approval that nothing has room for. */
    const counters = async (facts: Facts = {}) => {
      const none = { maxCount: 0, maxAmountMinor: Number.MAX_SAFE_INTEGER };
      const answer = await approve('never written', { minute: none, hour: none, day: none }, facts);
      return answer.kind === 'no_room' ? answer.counters : undefined;
    };

    it('keeps what it was given', async () => {
      expect(await store.find(own, paymentId('p', own))).toBeUndefined();
      expect(await approve('p', roomy)).toEqual({ kind: 'written' });
      expect(await store.find(own, paymentId('p', own))).toEqual(of('p', 'approve'));
    });

    it('answers with the case that exists and counts nothing twice', async () => {
      await approve('p', roomy);
      expect(await approve('p', roomy)).toEqual({ kind: 'exists', earlier: of('p', 'approve') });
      expect(await decline('p')).toEqual({ kind: 'exists', earlier: of('p', 'approve') });
      expect((await counters())?.day).toEqual({ attempts: 1, approvedMinor: 10 });
    });

    it('answers with the case that exists although its windows are full by now', async () => {
      await approve('p', twoPerMinute);
      await approve('q', twoPerMinute);
      expect(await approve('p', twoPerMinute)).toEqual({ kind: 'exists', earlier: of('p', 'approve') });
    });

    it('refuses one approval more than the count, tells the counters and writes nothing', async () => {
      await approve('p', twoPerMinute);
      await approve('q', twoPerMinute);
      const refused = await approve('r', twoPerMinute);
      expect(refused).toMatchObject({ kind: 'no_room', counters: { minute: { attempts: 2, approvedMinor: 20 } } });
      expect(await store.find(own, paymentId('r', own))).toBeUndefined();
      expect(await counters()).toEqual({ minute: { attempts: 2, approvedMinor: 20 }, hour: { attempts: 2, approvedMinor: 20 }, day: { attempts: 2, approvedMinor: 20 } });
    });

    it.each(['minute', 'hour', 'day'] as const)('takes exactly the sum of the %s and refuses one more', async (window) => {
      const limits = limitsWith({ [window]: { maxCount: 10, maxAmountMinor: 25 } }).velocity;
      expect(await approve('p', limits)).toEqual({ kind: 'written' });
      expect((await approve('q', limits, { amountMinor: 16 })).kind).toBe('no_room');
      expect(await approve('r', limits, { amountMinor: 15 })).toEqual({ kind: 'written' });
      expect((await approve('s', limits, { amountMinor: 1 })).kind).toBe('no_room');
    });

    it('refuses to look for room that even an empty window does not have', async () => {
      await expect(approve('p', limitsWith({ hour: { maxCount: 1, maxAmountMinor: 9 } }).velocity)).rejects.toThrow(/limit of the hour/);
    });

    it('counts a decline as an attempt, not as money', async () => {
      expect(await decline('p', { amountMinor: 500 })).toEqual({ kind: 'written' });
      expect(await store.find(own, paymentId('p', own))).toEqual(of('p', 'decline', { amountMinor: 500 }));
      expect((await counters())?.minute).toEqual({ attempts: 1, approvedMinor: 0 });
      await approve('q', twoPerMinute);
      expect((await approve('r', twoPerMinute)).kind).toBe('no_room');
    });

    it('gives a new minute its own room, but the same hour', async () => {
      const limits = limitsWith({ minute: { maxCount: 1, maxAmountMinor: 100 }, hour: { maxCount: 2, maxAmountMinor: 100 } }).velocity;
      expect((await approve('p', limits, { createdAt: START_OF_MINUTE })).kind).toBe('written');
      expect((await approve('q', limits, { createdAt: START_OF_MINUTE + 59_999 })).kind).toBe('no_room');
      expect((await approve('r', limits, { createdAt: START_OF_MINUTE + MINUTE_MS })).kind).toBe('written');
      expect(await approve('s', limits, { createdAt: START_OF_MINUTE + 2 * MINUTE_MS })).toMatchObject({ kind: 'no_room', counters: { hour: { attempts: 2 } } });
    });

    it('counts a late payment in the windows it was made in', async () => {
      const limits = limitsWith({ hour: { maxCount: 1, maxAmountMinor: 100 } }).velocity;
      const yesterday = NOW - 24 * 60 * MINUTE_MS;
      await approve('p', limits);
      expect((await approve('q', limits, { createdAt: yesterday })).kind).toBe('written');
      expect((await approve('r', limits, { createdAt: yesterday })).kind).toBe('no_room');
    });

    it('keeps accounts and tenants apart', async () => {
      const one = limitsWith({ minute: { maxCount: 1, maxAmountMinor: 100 } }).velocity;
      const other = `${own}x` as TenantId;
      expect((await approve('p', one)).kind).toBe('written');
      expect((await approve('q', one, { payer: 'another' })).kind).toBe('written');
      expect((await approve('p', one, { tenant: other })).kind).toBe('written');
      expect(await store.find(other, paymentId('p', own))).toBeUndefined();
    });

    it('says a verdict again once per higher ask', async () => {
      await approve('p', roomy);
      expect(await store.sayAgain(own, paymentId('p', own), 1)).toBe(false);
      expect(await store.sayAgain(own, paymentId('p', own), 3)).toBe(true);
      expect(await store.sayAgain(own, paymentId('p', own), 3)).toBe(false);
      expect(await store.sayAgain(own, paymentId('p', own), 2)).toBe(false);
      expect((await store.find(own, paymentId('p', own)))?.answered).toBe(3);
    });

    it('refuses to say again what was never said', async () => {
      expect(await store.sayAgain(own, paymentId('p', own), 2)).toBe(false);
      expect(await store.find(own, paymentId('p', own))).toBeUndefined();
    });

    it('grants exactly the limit to parallel approvals', async () => {
      const limits = limitsWith({ minute: { maxCount: 5, maxAmountMinor: 1_000 } }).velocity;
      // A real engine may give up on conflicts; a consumer's message would come again then.
      const decided = async (payment: string): Promise<string> => {
        for (let attempt = 0; attempt < 10; attempt += 1) {
          try {
            return (await approve(payment, limits)).kind;
          } catch (error) {
            if (!isTransient(error)) throw error;
          }
        }
        return 'undecided';
      };
      const kinds = await Promise.all(Array.from({ length: 12 }, (_, index) => decided(`parallel-${index}`)));
      expect(kinds.filter((kind) => kind === 'written')).toHaveLength(5);
      expect(kinds.filter((kind) => kind === 'no_room')).toHaveLength(7);
    });
  });
};
