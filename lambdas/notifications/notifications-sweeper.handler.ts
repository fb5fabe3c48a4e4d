import { dynamoDbDueStore } from '../shared/aws/dynamodb-due-store.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { sweeper } from '../shared/due-work/sweeper.ts';
import { dynamoDbDeliveryStore } from './dynamodb-delivery-store.ts';
import { sweepDelivery } from './sweep-deliveries.ts';

const table = setting(environment.table);
const deliveries = dynamoDbDeliveryStore(table);

export const handler = sweeper({ store: dynamoDbDueStore(table), act: (item) => sweepDelivery(deliveries, item) });
