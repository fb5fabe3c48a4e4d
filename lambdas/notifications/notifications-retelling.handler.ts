import { dynamoDbCarriedEvents } from '../outbox/dynamodb-carried-events.ts';
import { retelling } from '../outbox/retelling.ts';
import { s3ParkedRecords } from '../outbox/s3-parked-records.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { dynamoDbEventLogGaps } from './dynamodb-event-log-gaps.ts';
import { notificationsEvents } from './notifications-events.ts';

const tableName = setting(environment.table);

export const handler = retelling({
  source: notificationsEvents,
  tableName,
  table: dynamoDbCarriedEvents({ table: tableName }),
  log: dynamoDbEventLogGaps(tableName),
  parked: s3ParkedRecords({ bucket: setting(environment.parkingBucket), owner: notificationsEvents.owner, mapping: setting(environment.relayMapping) }),
});
