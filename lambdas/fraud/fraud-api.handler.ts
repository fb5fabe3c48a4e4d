import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { blockEndpoints } from './block-endpoints.ts';
import { dynamoDbBlockStore } from './dynamodb-block-store.ts';
import { dynamoDbCaseStore } from './dynamodb-case-store.ts';
import { reviewEndpoints } from './review-endpoints.ts';

const table = setting(environment.table);
const signer = kmsCursorSigner(setting(environment.cursorKey));

export const handler = httpFunction({
  endpoints: [...blockEndpoints(dynamoDbBlockStore(table), signer), ...reviewEndpoints(dynamoDbCaseStore(table), signer)],
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
