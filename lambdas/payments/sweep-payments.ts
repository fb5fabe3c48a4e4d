import { count } from '../shared/observability/metrics.ts';
import { clock } from '../shared/time/clock.ts';
import { deadlineOf, dueAction } from './payment-due.ts';
import { countTransition } from './payment-metrics.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { PaymentStore } from './payment-store.ts';

/**
 * Does what is due on one payment. Every write is conditional on the payment as it was read, so a payment that moved
 * meanwhile is left to the next sweep, and two sweeps at a time do it once.
 */
export const sweepPayment = async (store: PaymentStore, deadlines: PaymentDeadlines, tenant: TenantId, id: PaymentId): Promise<void> => {
  const payment = await store.get(tenant, id);
  if (payment === undefined) return;
  const now = clock.now(tenant);
  const action = dueAction(payment, deadlines, now);
  switch (action.kind) {
    case 'done':
      return;
    case 'wait':
      return store.setDue(tenant, payment, action.until);
    case 'ask':
      if (!(await store.sayAgain(tenant, payment, action.until))) return;
      count('AskedAgain');
      if (action.isOverdue) count('PaymentsOverdue');
      if (now > (deadlineOf(payment, deadlines) ?? now)) count('PaymentsPastResolveBy');
      return;
    case 'move':
      if (!(await store.replace(tenant, payment, action.after, action.until))) return;
      count('DeadlinesPassed');
      countTransition(payment, action.after);
  }
};
