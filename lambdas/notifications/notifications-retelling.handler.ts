import { dynamoDbCarriedEvents } from '../outbox/dynamodb-carried-events.ts';
import { retelling } from '../outbox/retelling.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { dynamoDbEventLogGaps } from './dynamodb-event-log-gaps.ts';
import { notificationsEvents } from './notifications-events.ts';

const table = setting(environment.table);

export const handler = retelling({ source: notificationsEvents, table: dynamoDbCarriedEvents({ table }), log: dynamoDbEventLogGaps(table) });
