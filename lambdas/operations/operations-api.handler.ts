import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { auditEndpoints } from './audit-endpoints.ts';
import { dynamoDbAuditTrail } from './dynamodb-audit-trail.ts';

const signer = kmsCursorSigner(setting(environment.cursorKey));
const trail = dynamoDbAuditTrail(setting(environment.table));

export const handler = httpFunction({
  endpoints: auditEndpoints(trail, signer),
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
