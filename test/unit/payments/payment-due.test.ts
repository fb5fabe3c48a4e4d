import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deadlineOf, dueAction, firstDueAt, resolveBy } from '../../../lambdas/payments/payment-due.ts';
import { heldForReview, onFraudVerdict, onFundsHeld, onFundsTransferred, onOperation, transitioned } from '../../../lambdas/payments/payment.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import type { PaymentDeadlines } from '../../../lambdas/shared/contract/payment-deadlines.ts';
import type { Payment, Transition } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const START = Date.UTC(2026, 0, 5, 10);
const deadlines: PaymentDeadlines = { firstAsk: 20, longestAsk: 900, fraud: 60, review: 3_600, processing: 86_400, capture: 604_800, overdue: 300 };
const tenant = 'tenant01' as TenantId;
const after = (seconds: number): number => START + seconds * 1_000;

const pending: Payment = {
  tenant, id: deriveId('payment', tenant, 'due', 'p') as PaymentId, status: 'pending', captureMethod: 'automatic', capturedMinor: 0, refundableMinor: 0, refundedMinor: 0, operationCount: 0,
  amountMinor: 1, currency: 'EUR',
  payerAccountId: 'acc_a' as AccountId, payeeAccountId: 'acc_b' as AccountId, createdAt: START, updatedAt: START, version: 1, emission: 1,
  events: [{ sequence: 1, type: 'PaymentInitiated', at: START, cause: 'r', correlation: 'r' }], fingerprint: new Uint8Array(16),
};
const move = (payment: Payment, transition: Transition, at: number): Payment => transitioned(payment, transition, { at, cause: 'c', correlation: 'r' });
const held = move(pending, heldForReview('fraud_review', after(3_610)), after(10));
const processing = move(pending, onFraudVerdict({ type: 'approve', riskLevel: 'low', riskScore: 0, reasons: [] }, 0), after(10));
const succeeded = move(processing, onFundsTransferred(pending), after(11));
const due = (payment: Payment, seconds: number) => dueAction(payment, deadlines, after(seconds));

describe('what is due on a payment', () => {
  it('is nothing once it has ended', () => {
    expect(due(succeeded, 100_000)).toEqual({ kind: 'done' });
    expect(resolveBy(succeeded, deadlines)).toBeUndefined();
  });

  it('is a look later, when it was written since its time was set', () => {
    expect(due(processing, 25)).toEqual({ kind: 'wait', until: after(30) });
    expect(firstDueAt(processing, deadlines)).toBe(after(30));
  });

  it('is to ask fraud again, but not past fraud\'s deadline', () => {
    expect(due(pending, 20)).toEqual({ kind: 'ask', until: after(40), isOverdue: false });
    expect(due(pending, 45)).toEqual({ kind: 'ask', until: after(60), isOverdue: false });
    expect(resolveBy(pending, deadlines)).toBe(after(60));
  });

  it('is to hold it for review at fraud\'s deadline, with a deadline of its own', () => {
    const action = due(pending, 60);
    expect(action).toMatchObject({ kind: 'move', until: after(80), after: { status: 'in_review', version: 2, emission: 2 } });
    const after60 = action.kind === 'move' ? action.after : pending;
    expect(after60.events.at(-1)).toMatchObject({ type: 'PaymentHeldForReview', cause: `${pending.id}.deadline`, facts: { cause: 'fraud_timeout', reviewBy: after(3_660) } });
    expect(resolveBy(after60, deadlines)).toBe(after(3_660));
  });

  it('is to ask for ever while a person decides, and never to decide itself', () => {
    for (const seconds of [30, 100, 5_000, 10_000_000]) expect(due(held, seconds).kind).toBe('ask');
    expect(due(held, 10 + 900 * 3)).toMatchObject({ until: after(10 + 900 * 4) });
  });

  it('is to ask the ledger again, and after its longest to give up, once, then to ask for that', () => {
    expect(due(processing, 30)).toEqual({ kind: 'ask', until: after(50), isOverdue: false });
    const action = due(processing, 10 + 86_400);
    expect(action).toMatchObject({ kind: 'move', after: { status: 'processing' } });
    const voiding = action.kind === 'move' ? action.after : processing;
    expect(voiding.events.at(-1)).toMatchObject({ type: 'PaymentVoidRequested' });
    expect(due(voiding, 10 + 86_400 + 19).kind).toBe('wait');
    expect(due(voiding, 10 + 86_400 + 20).kind).toBe('ask');
    expect(due(voiding, 10 + 86_400 * 3).kind).toBe('ask');
  });

  it('is to expire a hold when its time has come, and to leave an open operation to the ledger, however long that takes', () => {
    const authorized = move(processing, onFundsHeld(after(7_200)), after(20));
    expect([firstDueAt(authorized, deadlines), resolveBy(authorized, deadlines)]).toEqual([after(7_200), after(7_200)]);
    expect(due(authorized, 7_199)).toEqual({ kind: 'wait', until: after(7_200) });
    expect(due(authorized, 7_200)).toMatchObject({ kind: 'move', after: { status: 'authorized', operation: { kind: 'expire', n: 1 } } });
    const capturing = move(authorized, onOperation(authorized, { kind: 'capture', amountMinor: 1, final: true }), after(7_190));
    expect(resolveBy(capturing, deadlines)).toBe(after(7_190 + 86_400));
    for (const seconds of [7_210, 200_000]) expect(due(capturing, seconds).kind).toBe('ask');
  });

  it('is overdue when the ledger has let it wait, and in review only once its deadline has passed', () => {
    expect([due(processing, 10 + 299), due(processing, 10 + 300)]).toMatchObject([{ isOverdue: false }, { isOverdue: true }]);
    expect([due(held, 3_610), due(held, 3_610 + 20)]).toMatchObject([{ isOverdue: false }, { isOverdue: true }]);
  });

  it('is asked for as long as it takes, once it is voided, and then there is no time by which it moves on', () => {
    const voiding = move(processing, { status: 'processing', says: [{ type: 'PaymentVoidRequested' }] }, after(10 + 86_400));
    expect(resolveBy(voiding, deadlines)).toBeUndefined();
    expect(deadlineOf(voiding, deadlines)).toBe(after(10 + 86_400));
    expect(due(voiding, 10 + 86_400 * 2)).toMatchObject({ kind: 'ask', until: after(10 + 86_400 * 2 + 900) });
  });

  it('is for a review what its own event said, also when something was said after it', () => {
    const talkative = { ...held, events: [...held.events, { sequence: 3, type: 'PaymentVoidRequested', at: after(12), cause: 'c', correlation: 'r' } as const] };
    expect(resolveBy(talkative, deadlines)).toBe(after(3_610));
    expect(resolveBy({ ...held, events: [] }, deadlines)).toBeUndefined();
    const noDeadline = held.events.map(({ facts: _none, ...event }) => event);
    expect(resolveBy({ ...held, events: noDeadline }, deadlines)).toBeUndefined();
    const text = held.events.map((event) => ({ ...event, facts: { reviewBy: 'soon' } }));
    expect(resolveBy({ ...held, events: text }, deadlines)).toBeUndefined();
    expect(due({ ...held, events: noDeadline }, 10 + 19).kind).toBe('wait');
    expect(due({ ...held, events: noDeadline }, 10 + 20)).toMatchObject({ kind: 'ask', isOverdue: true });
  });

  it('is counted from the creation where no event says when it began to wait', () => {
    const bare = { ...processing, events: [] };
    expect([firstDueAt(bare, deadlines), resolveBy(bare, deadlines)]).toEqual([after(20), after(86_400)]);
    const moved = due({ ...pending, events: [] }, 60);
    expect(moved).toMatchObject({ kind: 'move', after: { events: [{ correlation: pending.id }] } });
  });

  it('goes on in the trace and the correlation that the payment began in', () => {
    const traced = { ...pending, events: pending.events.map((event) => ({ ...event, trace: '00-trace' })) };
    const events = (payment: Payment) => {
      const action = due(payment, 60);
      return action.kind === 'move' ? action.after.events.at(-1) : undefined;
    };
    expect(events(traced)).toMatchObject({ correlation: 'r', trace: '00-trace' });
    expect(events(pending)).toMatchObject({ correlation: 'r' });
    expect(events(pending)).not.toHaveProperty('trace');
  });

  it('is a hold\'s own time while nothing is asked, and the ledger\'s while it is', () => {
    const authorized = move(processing, onFundsHeld(after(7_200)), after(20));
    const { captureBefore: _none, ...timeless } = authorized;
    expect(firstDueAt(timeless, deadlines)).toBe(after(40));
    expect(due(timeless, 1_000_000)).toMatchObject({ kind: 'ask' });
    const capturing = move(authorized, onOperation(authorized, { kind: 'capture', amountMinor: 1, final: true }), after(100));
    expect([firstDueAt(capturing, deadlines), firstDueAt({ ...processing, captureBefore: after(7_200) }, deadlines)]).toEqual([after(120), after(30)]);
    expect(due(authorized, 7_200)).toMatchObject({ after: { operation: { final: true, amountMinor: 0 } } });
  });

  it('is always later than now, within the longest wait, so that nothing spins and nothing hangs', () => {
    fc.assert(fc.property(fc.constantFrom(pending, held, processing), fc.integer({ min: 0, max: 10_000_000 }), (payment, seconds) => {
      const action = due(payment, seconds);
      if (action.kind === 'done') throw new Error('A payment that waits is never done.');
      expect(action.until).toBeGreaterThan(after(seconds));
      expect(action.until).toBeLessThanOrEqual(after(seconds + deadlines.longestAsk));
    }));
  });
});
