import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { paymentDeadlines } from './payment-deadlines.ts';
import { dynamoDbPaymentStore } from './dynamodb-payment-store.ts';
import { dynamoDbRefundStore } from './dynamodb-refund-store.ts';
import { paymentEndpoints } from './payment-endpoints.ts';
import { refundEndpoints } from './refund-endpoints.ts';

const table = setting(environment.table);
const [payments, refunds] = [dynamoDbPaymentStore(table), dynamoDbRefundStore(table)];
const [deadlines, signer] = [paymentDeadlines(), kmsCursorSigner(setting(environment.cursorKey))];

export const handler = httpFunction({
  endpoints: [...paymentEndpoints(payments, deadlines, signer), ...refundEndpoints({ payments, refunds, deadlines, signer })],
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
