import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { queueConsumer } from '../shared/queue/queue-consumer.ts';
import { clock } from '../shared/time/clock.ts';
import { applyFraudVerdict } from './apply-fraud-verdict.ts';
import { applyLedgerOutcome } from './apply-ledger-outcome.ts';
import { applyRefundOutcome } from './apply-refund-outcome.ts';
import { applyReviewDecision } from './apply-review-decision.ts';
import { paymentDeadlines } from './payment-deadlines.ts';
import { dynamoDbPaymentStore } from './dynamodb-payment-store.ts';
import { dynamoDbRefundStore } from './dynamodb-refund-store.ts';

const deadlines = paymentDeadlines();
const table = setting(environment.table);
const [store, refunds] = [dynamoDbPaymentStore(table), dynamoDbRefundStore(table)];

export const handler = queueConsumer({
  order: 'in-parallel',
  handle: async (event) => {
    const now = clock.now(event.tenantid);
    switch (event.type) {
      case 'FraudAssessed':
        return applyFraudVerdict(store, deadlines, now, event);
      case 'ReviewDecided':
        return applyReviewDecision(store, deadlines, now, event);
      case 'FundsTransferred':
      case 'TransferRejected':
      case 'FundsHeld':
      case 'HoldRejected':
      case 'FundsCaptured':
      case 'CaptureRejected':
      case 'HoldReleased':
        return applyLedgerOutcome(store, deadlines, now, event);
      case 'RefundTransferred':
      case 'RefundRejected':
        return applyRefundOutcome(refunds, now, event);
      default:
        throw new Error(`${event.type} is not for the payments service.`);
    }
  },
});
