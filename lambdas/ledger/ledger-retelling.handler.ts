import { dynamoDbCarriedEvents } from '../outbox/dynamodb-carried-events.ts';
import { retelling } from '../outbox/retelling.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { ledgerEvents } from './ledger-events.ts';

export const handler = retelling({
  source: ledgerEvents,
  table: dynamoDbCarriedEvents({ table: setting(environment.table) }),
});
