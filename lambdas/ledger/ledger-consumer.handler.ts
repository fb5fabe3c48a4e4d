import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { batchConsumer } from '../shared/queue/queue-consumer.ts';
import { answerPayments } from './answer-payments.ts';
import { dynamoDbAccountStore } from './dynamodb-account-store.ts';
import { dynamoDbFeeSchedules } from './dynamodb-fee-schedules.ts';
import { dynamoDbTransferStore } from './dynamodb-transfer-store.ts';

const table = setting(environment.table);
const books = { accounts: dynamoDbAccountStore(table), transfers: dynamoDbTransferStore(table), fees: dynamoDbFeeSchedules(table) };
const groupSize = Number(setting(environment.postingGroupSize));

export const handler = batchConsumer({ handleAll: (events) => answerPayments(books, events, groupSize) });
