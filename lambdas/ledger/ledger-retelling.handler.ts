import { dynamoDbCarriedEvents } from '../outbox/dynamodb-carried-events.ts';
import { retelling } from '../outbox/retelling.ts';
import { s3ParkedRecords } from '../outbox/s3-parked-records.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { ledgerEvents } from './ledger-events.ts';

const tableName = setting(environment.table);

export const handler = retelling({
  source: ledgerEvents,
  tableName,
  table: dynamoDbCarriedEvents({ table: tableName }),
  parked: s3ParkedRecords({ bucket: setting(environment.parkingBucket), owner: ledgerEvents.owner, mapping: setting(environment.relayMapping) }),
});
