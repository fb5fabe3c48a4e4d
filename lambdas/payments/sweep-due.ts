import { isPaymentId, isRefundId, isTenantId } from '../shared/ids/ids.ts';
import { sweepPayment } from './sweep-payments.ts';
import { sweepRefund } from './sweep-refunds.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { DueItem } from '../shared/due-work/sweep.ts';
import type { PaymentStore } from './payment-store.ts';
import type { RefundStore } from './refund-store.ts';

interface Ports {
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly deadlines: PaymentDeadlines;
}

/** Does what is due on an item, by its kind. @throws Error for an item that is neither: it must not be passed over */
export const sweepDue = async ({ payments, refunds, deadlines }: Ports, { pk }: DueItem): Promise<void> => {
  const [tenant = '', , id = ''] = pk.split('#');
  if (isTenantId(tenant) && isPaymentId(id)) return sweepPayment(payments, deadlines, tenant, id);
  if (isTenantId(tenant) && isRefundId(id)) return sweepRefund(refunds, deadlines, tenant, id);
  throw new Error('An item that is due is neither a payment nor a refund.');
};
