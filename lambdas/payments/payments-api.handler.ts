import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { paymentDeadlines } from './payment-deadlines.ts';
import { dynamoDbPaymentStore } from './dynamodb-payment-store.ts';
import { paymentEndpoints } from './payment-endpoints.ts';

export const handler = httpFunction({
  endpoints: paymentEndpoints(dynamoDbPaymentStore(setting(environment.table)), paymentDeadlines(), kmsCursorSigner(setting(environment.cursorKey))),
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
