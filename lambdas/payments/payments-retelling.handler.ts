import { dynamoDbCarriedEvents } from '../outbox/dynamodb-carried-events.ts';
import { retelling } from '../outbox/retelling.ts';
import { s3ParkedRecords } from '../outbox/s3-parked-records.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { paymentEvents } from './payment-events.ts';

const tableName = setting(environment.table);

export const handler = retelling({
  source: paymentEvents,
  tableName,
  table: dynamoDbCarriedEvents({ table: tableName, versionAttribute: 'v' }),
  parked: s3ParkedRecords({ bucket: setting(environment.parkingBucket), owner: paymentEvents.owner, mapping: setting(environment.relayMapping) }),
});
