import { randomInt } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { isTransient } from '../../../lambdas/shared/aws/errors.ts';
import { assessed, decided, newCase, opened, superseded } from '../../../lambdas/fraud/fraud-case.ts';
import { RULE_VERSION } from '../../../lambdas/fraud/rules.ts';
import { accountId, DEADLINE, limitsWith, NOW, paymentId } from './fraud-world.ts';
import type { CaseStore, ReviewCommand } from '../../../lambdas/fraud/case-store.ts';
import type { FraudCase, OpenCase } from '../../../lambdas/fraud/fraud-case.ts';
import type { VelocityLimits } from '../../../lambdas/fraud/velocity.ts';
import type { NewEvent } from '../../../lambdas/shared/events/event-entry.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const MINUTE_MS = 60_000;
const START_OF_MINUTE = Math.floor(NOW / MINUTE_MS) * MINUTE_MS;
const event: Omit<NewEvent, 'type'> = { at: NOW, cause: 'event-1', correlation: 'request-1' };

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

    const fresh = (payment: string, facts: Facts = {}): FraudCase => {
      const { tenant = own, payer = 'payer', amountMinor = 10, createdAt = NOW } = facts;
      return newCase({
        paymentId: paymentId(payment, tenant), payerAccountId: accountId(payer, tenant), payeeAccountId: accountId('payee', tenant), amountMinor, currency: 'EUR', createdAt,
      });
    };
    const approved = (earlier: FraudCase): FraudCase => assessed(earlier, { outcome: 'approve', riskLevel: 'low', riskScore: 1, reasons: [], ruleVersion: RULE_VERSION }, 1, event);
    const refused = (earlier: FraudCase): FraudCase =>
      assessed(earlier, { outcome: 'decline', riskLevel: 'high', riskScore: 100, reasons: ['payer_blocked'], ruleVersion: RULE_VERSION }, 1, event);
    const held = (earlier: FraudCase, openedAt = NOW): OpenCase =>
      opened(earlier, { cause: 'fraud_timeout', deadline: DEADLINE, openedAt, heldBy: 'event-2', correlation: 'request-1' }, 2);
    const stored = <Case extends FraudCase>(written: Case): Case => ({ ...written, version: written.version + 1 });
    const find = (payment: string, tenant = own) => store.find(tenant, paymentId(payment, tenant));

    const approve = (payment: string, limits: VelocityLimits, facts: Facts = {}) => store.writeTakingRoom(facts.tenant ?? own, approved(fresh(payment, facts)), limits);
    const decline = (payment: string, facts: Facts = {}) => store.writeCounting(facts.tenant ?? own, refused(fresh(payment, facts)), 0);
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
      expect(await store.find(own, paymentId('p', own))).toEqual(stored(approved(fresh('p'))));
    });

    it('answers with the case that exists and counts nothing twice', async () => {
      await approve('p', roomy);
      expect(await approve('p', roomy)).toEqual({ kind: 'changed', current: stored(approved(fresh('p'))) });
      expect(await decline('p')).toEqual({ kind: 'changed', current: stored(approved(fresh('p'))) });
      expect((await counters())?.day).toEqual({ attempts: 1, approvedMinor: 10 });
    });

    it('answers with the case that exists although its windows are full by now', async () => {
      await approve('p', twoPerMinute);
      await approve('q', twoPerMinute);
      expect(await approve('p', twoPerMinute)).toEqual({ kind: 'changed', current: stored(approved(fresh('p'))) });
    });

    it('refuses one approval more than the count, tells the counters and writes nothing', async () => {
      await approve('p', twoPerMinute);
      await approve('q', twoPerMinute);
      const answer = await approve('r', twoPerMinute);
      expect(answer).toMatchObject({ kind: 'no_room', counters: { minute: { attempts: 2, approvedMinor: 20 } } });
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
      expect(await store.find(own, paymentId('p', own))).toEqual(stored(refused(fresh('p', { amountMinor: 500 }))));
      expect((await counters())?.minute).toEqual({ attempts: 1, approvedMinor: 0 });
      await approve('q', twoPerMinute);
      expect((await approve('r', twoPerMinute)).kind).toBe('no_room');
    });

    it('counts money that moves without being asked, also where there is no room', async () => {
      await approve('p', twoPerMinute);
      await approve('q', twoPerMinute);
      expect(await store.writeCounting(own, refused(fresh('r', { amountMinor: 2_000 })), 2_000)).toEqual({ kind: 'written' });
      expect((await counters())?.minute).toEqual({ attempts: 3, approvedMinor: 2_020 });
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

    it('writes a case once per version, and tells the loser what it has become', async () => {
      expect(await store.write(own, held(fresh('p')))).toEqual({ kind: 'written' });
      const read = stored(held(fresh('p')));
      expect(await store.write(own, held(fresh('p')))).toEqual({ kind: 'changed', current: read });
      expect(await store.write(own, superseded(read))).toEqual({ kind: 'written' });
      expect(await store.write(own, superseded(read))).toEqual({ kind: 'changed', current: stored(superseded(read)) });
      expect(await find('p')).toEqual(stored(superseded(read)));
    });

    it('gives a verdict and a decision at the same time to one of them', async () => {
      await store.write(own, held(fresh('p')));
      const read = stored(held(fresh('p')));
      const decision = decided(read, { status: 'approved', decidedAt: NOW, decidedBy: 'client-1', reason: 'known' }, { cause: 'request-2', correlation: 'request-2' });
      expect(await store.writeTakingRoom(own, approved(read), roomy)).toEqual({ kind: 'written' });
      expect(await store.writeByCommand(own, decision, commandOf('key'))).toEqual({ kind: 'changed', current: stored(approved(read)) });
      expect(await store.findCommand(own, commandOf('key'))).toBeUndefined();
      expect((await find('p'))?.review?.status).toBe('superseded');
    });

    it('writes a decision with its command, and refuses the key for ever after', async () => {
      const decision = (name: string): FraudCase =>
        decided(stored(held(fresh(name))), { status: 'declined', decidedAt: NOW, decidedBy: 'client-1', reason: 'stolen' }, { cause: 'request-2', correlation: 'request-2' });
      for (const name of ['p', 'q']) await store.write(own, held(fresh(name)));
      expect(await store.writeByCommand(own, decision('p'), commandOf('key'))).toEqual({ kind: 'written' });
      expect(await find('p')).toEqual(stored(decision('p')));
      expect(await store.findCommand(own, commandOf('key'))).toEqual(commandOf('key').fingerprint);
      expect(await store.writeByCommand(own, decision('p'), commandOf('key'))).toEqual({ kind: 'key_used', fingerprint: commandOf('key').fingerprint });
      expect(await store.writeByCommand(own, decision('q'), commandOf('key'))).toMatchObject({ kind: 'key_used' });
      expect(await find('q')).toEqual(stored(held(fresh('q'))));
      expect(await store.findCommand(own, { ...commandOf('key'), operation: 'approve-review' })).toBeUndefined();
      expect(await store.findCommand(`${own}x` as TenantId, commandOf('key'))).toBeUndefined();
    });

    it('lists reviews only, the last opened first, page by page', async () => {
      await approve('no review', roomy);
      for (const [index, name] of ['one', 'two', 'three'].entries()) await store.write(own, held(fresh(name), NOW + index));
      // An index follows its table; a real one takes a moment.
      const first = await eventually(() => store.listReviews(own, { limit: 2 }), ({ items, next }) => items.length === 2 && next !== undefined);
      expect(first.items).toEqual([stored(held(fresh('three'), NOW + 2)), stored(held(fresh('two'), NOW + 1))]);
      const second = await store.listReviews(own, { limit: 2, ...(first.next === undefined ? {} : { before: first.next }) });
      expect(second).toEqual({ items: [stored(held(fresh('one')))] });
      expect(await store.listReviews(`${own}x` as TenantId, { limit: 2 })).toEqual({ items: [] });
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

const commandOf = (idempotencyKey: string): ReviewCommand => ({ operation: 'decline-review', idempotencyKey, fingerprint: new Uint8Array(22).fill(7) });

const eventually = async <T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> => {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const value = await read();
    if (done(value) || Date.now() > deadline) return value;
  }
};
