/**
 * Names of the environment variables that stacks set and handlers read. A function has only the
 * variables of what it is granted: the construct that grants also sets.
 */
export const environment = {
  stage: 'STAGE',
  /** The service's own table. */
  table: 'TABLE_NAME',
  /** Other services' tables, which operations alone may read. */
  paymentsTable: 'PAYMENTS_TABLE_NAME',
  fraudTable: 'FRAUD_TABLE_NAME',
  ledgerTable: 'LEDGER_TABLE_NAME',
  notificationsTable: 'NOTIFICATIONS_TABLE_NAME',
  idempotencyTable: 'IDEMPOTENCY_TABLE_NAME',
  /** The queue a consumer is fed from, to set back-off by ChangeMessageVisibility. */
  queueUrl: 'QUEUE_URL',
  bus: 'EVENT_BUS_NAME',
  parkingBucket: 'PARKING_BUCKET_NAME',
  /** Id of the mapping that feeds the service's relay: Lambda parks what it gives up under it. */
  relayMapping: 'RELAY_MAPPING_ID',
  /** HMAC key that signs list cursors. */
  cursorKey: 'CURSOR_KEY_ID',
  /** Key that encrypts webhook secrets. */
  secretsKey: 'SECRETS_KEY_ID',
  tokenIssuer: 'TOKEN_ISSUER',
  jwksUri: 'JWKS_URI',
  /** JSON of PaymentDeadlines (shared/contract/payment-deadlines.ts). */
  paymentDeadlines: 'PAYMENT_DEADLINES',
  /** JSON of FraudLimits (shared/contract/fraud-limits.ts). */
  fraudLimits: 'FRAUD_LIMITS',
  /** JSON of DeadLetterQueues (shared/contract/dead-letter-queues.ts). */
  deadLetterQueues: 'DEAD_LETTER_QUEUES',
  /** JSON: service -> name of its retelling function. */
  retellingFunctions: 'RETELLING_FUNCTION_NAMES',
  /** Hours from one comparison of all books to the next; 0: on demand only. */
  reconcileEvery: 'RECONCILE_EVERY_HOURS',
  /** Most transfers that the ledger posts in one write. */
  postingGroupSize: 'POSTING_GROUP_SIZE',
  allowLoopbackWebhooks: 'ALLOW_LOOPBACK_WEBHOOKS',
  /** JSON of WebhookSchedule (shared/contract/webhook-schedule.ts). */
  webhookSchedule: 'WEBHOOK_SCHEDULE',
} as const;

export type EnvironmentVariable = (typeof environment)[keyof typeof environment];
