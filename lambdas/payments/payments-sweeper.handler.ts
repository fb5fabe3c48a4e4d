import { dynamoDbDueStore } from '../shared/aws/dynamodb-due-store.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { sweeper } from '../shared/due-work/sweeper.ts';
import { dynamoDbPaymentStore } from './dynamodb-payment-store.ts';
import { dynamoDbRefundStore } from './dynamodb-refund-store.ts';
import { paymentDeadlines } from './payment-deadlines.ts';
import { sweepDue } from './sweep-due.ts';

const table = setting(environment.table);
const ports = { payments: dynamoDbPaymentStore(table), refunds: dynamoDbRefundStore(table), deadlines: paymentDeadlines() };

export const handler = sweeper({ store: dynamoDbDueStore(table), act: (item) => sweepDue(ports, item) });
