import { dynamoDbAccountStore } from './dynamodb-account-store.ts';
import { dynamoDbFeeScheduleStore } from './dynamodb-fee-schedules.ts';
import { dynamoDbOpeningStore } from './dynamodb-opening-store.ts';
import { dynamoDbTransferStore } from './dynamodb-transfer-store.ts';
import { ledgerEndpoints } from './ledger-endpoints.ts';
import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';

const table = setting(environment.table);

export const handler = httpFunction({
  endpoints: ledgerEndpoints({
    accounts: dynamoDbAccountStore(table),
    transfers: dynamoDbTransferStore(table),
    openings: dynamoDbOpeningStore(table), fees: dynamoDbFeeScheduleStore(table),
    signer: kmsCursorSigner(setting(environment.cursorKey)),
  }),
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
