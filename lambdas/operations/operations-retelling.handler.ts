import { dynamoDbCarriedEvents } from '../outbox/dynamodb-carried-events.ts';
import { retelling } from '../outbox/retelling.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { operationsEvents } from './operations-events.ts';

export const handler = retelling({
  source: operationsEvents,
  table: dynamoDbCarriedEvents({ table: setting(environment.table) }),
});
