import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { blockEndpoints } from './block-endpoints.ts';
import { dynamoDbBlockStore } from './dynamodb-block-store.ts';

export const handler = httpFunction({
  endpoints: blockEndpoints(dynamoDbBlockStore(setting(environment.table)), kmsCursorSigner(setting(environment.cursorKey))),
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
