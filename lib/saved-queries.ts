/** Which log groups a query reads: those of all functions, or the API's access log. */
type Scope = 'functions' | 'access log';

interface SavedQuery {
  readonly over: Scope;
  /** Logs Insights, a command per line. What is to be replaced stands in capitals. */
  readonly query: readonly string[];
}

/**
 * Questions that operators ask the logs, by the name under which Logs Insights keeps them. Runbooks refer to them by name. They
 * may ask only for fields that functions may log (lambdas/shared/observability/logger.ts) or that the access log has.
 */
export const savedQueries = {
  'payment by id': {
    over: 'functions',
    query: [
      'filter paymentId = "PAYMENT" or eventId like "PAYMENT"',
      'fields @timestamp, service, message, eventType, outcome, status, code, reason, attempt, error.message, correlationId, traceId',
      'sort @timestamp asc',
    ],
  },
  'request by correlation id': {
    over: 'functions',
    query: ['filter correlationId = "REQUEST"', 'fields @timestamp, service, message, operation, eventType, outcome, status, code, durationMs, error.message, traceId', 'sort @timestamp asc'],
  },
  'why declined': {
    over: 'functions',
    query: ['filter eventType in ["PaymentDeclined", "PaymentFailed"] and outcome = "applied"', 'stats count_distinct(paymentId) by eventType, code, tenantId', 'sort code asc'],
  },
  'slowest payments': {
    over: 'functions',
    query: ['filter eventType in ["PaymentSucceeded", "PaymentDeclined", "PaymentFailed"]', 'stats max(durationMs) as acceptToFinalMs by paymentId, correlationId, traceId', 'sort acceptToFinalMs desc', 'limit 50'],
  },
  'slowest requests': {
    over: 'functions',
    query: ['filter message = "request"', 'fields @timestamp, service, operation, durationMs, status, correlationId, traceId', 'sort durationMs desc', 'limit 50'],
  },
  'errors by code': {
    over: 'functions',
    query: ['filter message = "request" and status >= 400', 'stats count(*) by service, operation, status, code', 'sort status desc'],
  },
  'unexpected errors': {
    over: 'functions',
    query: ['filter message = "unexpected error"', 'fields @timestamp, service, error.name, error.message, error.stack, correlationId', 'sort @timestamp desc'],
  },
  'failed events': {
    over: 'functions',
    query: [
      'filter message = "event failed"',
      'fields @timestamp, service, eventType, attempt, retryInSeconds, error.name, error.message, paymentId, correlationId, eventId, messageId, tenantId',
      'sort @timestamp desc',
    ],
  },
  'refused callers': {
    over: 'functions',
    query: ['filter service = "identity" and message = "refused"', 'stats count(*) by reason'],
  },
  'relay trouble': {
    over: 'functions',
    query: ['filter message in ["the bus did not take the events", "a record can never be published and was parked"]', 'fields @timestamp, service, message, error.name, error.message, count, sequenceNumber', 'sort @timestamp desc'],
  },
  'webhook attempts': {
    over: 'functions',
    query: ['filter message = "webhook attempt"', 'fields @timestamp, endpointId, deliveryId, eventId, status, reason, durationMs, correlationId', 'sort @timestamp desc'],
  },
  'throttled by DynamoDB': {
    over: 'functions',
    query: ['filter error.name like /Throttl|ProvisionedThroughput|RequestLimitExceeded/', 'stats count(*) by service, error.name', 'sort service asc'],
  },
  'server errors in the access log': {
    over: 'access log',
    query: ['filter status >= 500', 'stats count(*) by resource, status, error, integrationError', 'sort status desc'],
  },
  'slow answers in the access log': {
    over: 'access log',
    query: ['stats pct(latencyMs, 99), pct(integrationLatencyMs, 99), pct(authorizerLatencyMs, 99), count(*) by resource, method', 'sort resource asc'],
  },
} as const satisfies Record<string, SavedQuery>;

export const savedQueryName = (stage: string, name: string): string => `payment-pipeline-${stage}/${name}`;
