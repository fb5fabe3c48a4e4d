import { dynamoDbDueStore } from '../shared/aws/dynamodb-due-store.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { sweeper } from '../shared/due-work/sweeper.ts';
import { dynamoDbPaymentStore } from './dynamodb-payment-store.ts';
import { paymentDeadlines } from './payment-deadlines.ts';
import { sweepPayment } from './sweep-payments.ts';

const table = setting(environment.table);
const deadlines = paymentDeadlines();
const payments = dynamoDbPaymentStore(table);

export const handler = sweeper({ store: dynamoDbDueStore(table), act: (item) => sweepPayment(payments, deadlines, item) });
