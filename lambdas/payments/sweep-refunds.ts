import { nextAskAt } from '../shared/due-work/backoff.ts';
import { count } from '../shared/observability/metrics.ts';
import { clock } from '../shared/time/clock.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { RefundId, TenantId } from '../shared/ids/ids.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/** By when a refund should have its answer; epoch milliseconds. It asks on for ever, as only the ledger may end it. */
export const refundResolveBy = ({ status, createdAt }: Refund, deadlines: PaymentDeadlines): number | undefined =>
  status === 'pending' ? createdAt + deadlines.processing * 1_000 : undefined;

/** A refund that waits asks the ledger again, with growing waits, for ever. */
export const sweepRefund = async (refunds: RefundStore, deadlines: PaymentDeadlines, tenant: TenantId, id: RefundId): Promise<void> => {
  const refund = await refunds.find(tenant, id);
  if (refund?.status !== 'pending') return;
  const now = clock.now(tenant);
  const until = nextAskAt(refund.createdAt, now, deadlines.firstAsk * 1_000, deadlines.longestAsk * 1_000);
  if (!(await refunds.sayAgain(refund, until))) return;
  count('AskedAgain');
  if (now >= refund.createdAt + deadlines.overdue * 1_000) count('PaymentsOverdue');
  if (now > (refundResolveBy(refund, deadlines) ?? now)) count('PaymentsPastResolveBy');
};
