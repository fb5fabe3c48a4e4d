import { kmsCursorSeal } from '../shared/aws/kms-cursor-seal.ts';
import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { paymentDeadlinesSchema } from '../shared/contract/payment-deadlines.ts';
import { eventOwners } from '../shared/events/registry.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { auditEndpoints } from './audit-endpoints.ts';
import { deadLetterEndpoints } from './dead-letter-endpoints.ts';
import { dynamoDbAuditTrail } from './dynamodb-audit-trail.ts';
import { dynamoDbCommandLog } from './dynamodb-command-log.ts';
import { dynamoDbPaymentRecords } from './dynamodb-payment-records.ts';
import { dynamoDbReconciliationBooks } from './dynamodb-reconciliation-books.ts';
import { dynamoDbReconciliationStore } from './dynamodb-reconciliation-store.ts';
import { reconciliationEndpoints } from './reconciliation-endpoints.ts';
import { sqsDeadLetterQueues } from './sqs-dead-letter-queues.ts';
import { timelineEndpoints } from './timeline-endpoints.ts';
import { lambdaEventCarriers } from './lambda-event-carriers.ts';
import { parkedLetters } from './parked-letters.ts';
import { republishEndpoint } from './republish-endpoint.ts';

const cursorKey = setting(environment.cursorKey);
const trail = dynamoDbAuditTrail(setting(environment.table));
const commands = dynamoDbCommandLog(setting(environment.table));
const tables = {
  payments: setting(environment.paymentsTable), fraud: setting(environment.fraudTable),
  ledger: setting(environment.ledgerTable), notifications: setting(environment.notificationsTable),
};
const records = dynamoDbPaymentRecords(tables);
const carriers = lambdaEventCarriers(setting(environment.retellingFunctions));
const deadlines = paymentDeadlinesSchema.parse(JSON.parse(setting(environment.paymentDeadlines)));
const sources = [
  ...sqsDeadLetterQueues(setting(environment.deadLetterQueues)),
  ...eventOwners.map((owner) => parkedLetters(owner, carriers)),
];

export const handler = httpFunction({
  endpoints: [
    ...auditEndpoints(trail, kmsCursorSigner(cursorKey)),
    ...timelineEndpoints(records, deadlines),
    ...deadLetterEndpoints({ sources, trail, commands }),
    ...reconciliationEndpoints({ store: dynamoDbReconciliationStore(setting(environment.table)), books: dynamoDbReconciliationBooks(tables), signer: kmsCursorSigner(cursorKey) }),
    republishEndpoint({ carriers, trail, commands, seal: kmsCursorSeal(cursorKey) }),
  ],
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
