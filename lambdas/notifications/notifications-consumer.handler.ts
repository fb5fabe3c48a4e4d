import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { queueConsumer } from '../shared/queue/queue-consumer.ts';
import { dynamoDbDeliveryStore } from './dynamodb-delivery-store.ts';
import { dynamoDbEventLog } from './dynamodb-event-log.ts';
import { dynamoDbWebhookEndpointStore } from './dynamodb-webhook-endpoint-store.ts';
import { recordEvent } from './record-event.ts';

const table = setting(environment.table);
const ports = { endpoints: dynamoDbWebhookEndpointStore(table), deliveries: dynamoDbDeliveryStore(table), log: dynamoDbEventLog(table) };

/** Fed with every public event. */
export const handler = queueConsumer({ order: 'in-parallel', handle: (event) => recordEvent(ports, event) });
