import { clock } from '../shared/time/clock.ts';
import { changeCase } from './change-case.ts';
import { decided, isOpen } from './fraud-case.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { CaseStore } from './case-store.ts';

/**
 * Declines a payment whose review is open past its deadline. Until this write a person may still decide: the first
 * write of the case is the decision, and the other finds it made.
 */
export const timeOutReview = (cases: CaseStore, tenant: TenantId, payment: PaymentId): Promise<Outcome> =>
  changeCase(cases, tenant, payment, (found) => {
    const now = clock.now(tenant);
    if (found === undefined || !isOpen(found)) return 'already';
    const { deadline, heldBy, correlation, trace } = found.review;
    if (deadline > now) return 'early';
    return decided(found, { status: 'timed_out', decidedAt: now }, { cause: heldBy, correlation, ...(trace === undefined ? {} : { trace }) });
  });
