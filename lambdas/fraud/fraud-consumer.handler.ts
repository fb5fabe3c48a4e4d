import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { fraudLimitsSchema } from '../shared/contract/fraud-limits.ts';
import { InvalidEventError } from '../shared/events/envelope.ts';
import { queueConsumer } from '../shared/queue/queue-consumer.ts';
import { assessPayment } from './assess-payment.ts';
import { dynamoDbBlockStore } from './dynamodb-block-store.ts';
import { dynamoDbCaseStore } from './dynamodb-case-store.ts';

const table = setting(environment.table);
const ports = {
  cases: dynamoDbCaseStore(table),
  blocks: dynamoDbBlockStore(table),
  limits: fraudLimitsSchema.parse(JSON.parse(setting(environment.fraudLimits))),
};

export const handler = queueConsumer({
  // Payments of one payer meet on its counters.
  order: 'one-by-one',
  handle: (event) => {
    if (event.type !== 'PaymentInitiated') throw new InvalidEventError(`${event.type} is not for the fraud service.`);
    return assessPayment(ports, event);
  },
});
