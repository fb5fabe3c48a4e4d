import { answerPayments } from './answer-payments.ts';
import { dynamoDbTransferStore } from './dynamodb-transfer-store.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { queueConsumer } from '../shared/queue/queue-consumer.ts';

const transfers = dynamoDbTransferStore(setting(environment.table));

export const handler = queueConsumer({
  handle: (event) => answerPayments(transfers, event),
  // Payments to one merchant would otherwise contend for its account.
  order: 'one-by-one',
});
