import type { Scope } from './scopes.ts';

/** The services that answer HTTP, one function each. */
export type HttpService = 'payments' | 'ledger' | 'fraud' | 'notifications' | 'operations';

export interface Route {
  /** Stable name: scope of idempotency keys (with the tenant), log field, OpenAPI operationId. Never renamed. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** API Gateway resource; routing goes by it, never by the raw path. */
  readonly resource: `/v1/${string}`;
  readonly service: HttpService;
  readonly scope: Scope;
  /** true: an `Idempotency-Key` is required and honoured. */
  readonly idempotent: boolean;
}

const route = <const R extends Route>(value: R): R => value;

/**
 * Every route of the API, once: the REST API, the handlers' dispatch, scope checks, OpenAPI
 * and the cross-tenant test derive from this table.
 */
export const routes = {
  createPayment: route({ operation: 'create-payment', method: 'POST', resource: '/v1/payments', service: 'payments', scope: 'payments/write', idempotent: true }),
  listPayments: route({ operation: 'list-payments', method: 'GET', resource: '/v1/payments', service: 'payments', scope: 'payments/read', idempotent: false }),
  getPayment: route({ operation: 'get-payment', method: 'GET', resource: '/v1/payments/{id}', service: 'payments', scope: 'payments/read', idempotent: false }),
  capturePayment: route({ operation: 'capture-payment', method: 'POST', resource: '/v1/payments/{id}/capture', service: 'payments', scope: 'payments/write', idempotent: true }),
  cancelPayment: route({ operation: 'cancel-payment', method: 'POST', resource: '/v1/payments/{id}/cancel', service: 'payments', scope: 'payments/write', idempotent: true }),
  createRefund: route({ operation: 'create-refund', method: 'POST', resource: '/v1/refunds', service: 'payments', scope: 'refunds/write', idempotent: true }),
  listRefunds: route({ operation: 'list-refunds', method: 'GET', resource: '/v1/refunds', service: 'payments', scope: 'payments/read', idempotent: false }),
  getRefund: route({ operation: 'get-refund', method: 'GET', resource: '/v1/refunds/{id}', service: 'payments', scope: 'payments/read', idempotent: false }),

  openAccount: route({ operation: 'open-account', method: 'POST', resource: '/v1/accounts', service: 'ledger', scope: 'accounts/write', idempotent: true }),
  listAccounts: route({ operation: 'list-accounts', method: 'GET', resource: '/v1/accounts', service: 'ledger', scope: 'accounts/read', idempotent: false }),
  getAccount: route({ operation: 'get-account', method: 'GET', resource: '/v1/accounts/{id}', service: 'ledger', scope: 'accounts/read', idempotent: false }),
  getAccountBalance: route({ operation: 'get-account-balance', method: 'GET', resource: '/v1/accounts/{id}/balance', service: 'ledger', scope: 'accounts/read', idempotent: false }),
  createDeposit: route({ operation: 'create-deposit', method: 'POST', resource: '/v1/accounts/{id}/deposits', service: 'ledger', scope: 'funds/write', idempotent: true }),
  createWithdrawal: route({ operation: 'create-withdrawal', method: 'POST', resource: '/v1/accounts/{id}/withdrawals', service: 'ledger', scope: 'funds/write', idempotent: true }),
  freezeAccount: route({ operation: 'freeze-account', method: 'POST', resource: '/v1/accounts/{id}/freeze', service: 'ledger', scope: 'accounts/write', idempotent: true }),
  unfreezeAccount: route({ operation: 'unfreeze-account', method: 'POST', resource: '/v1/accounts/{id}/unfreeze', service: 'ledger', scope: 'accounts/write', idempotent: true }),
  closeAccount: route({ operation: 'close-account', method: 'POST', resource: '/v1/accounts/{id}/close', service: 'ledger', scope: 'accounts/write', idempotent: true }),
  changeAccountLimit: route({ operation: 'change-account-limit', method: 'POST', resource: '/v1/accounts/{id}/limit', service: 'ledger', scope: 'accounts/write', idempotent: true }),
  listAccountTransfers: route({ operation: 'list-account-transfers', method: 'GET', resource: '/v1/accounts/{id}/transfers', service: 'ledger', scope: 'accounts/read', idempotent: false }),
  getTransfer: route({ operation: 'get-transfer', method: 'GET', resource: '/v1/transfers/{id}', service: 'ledger', scope: 'accounts/read', idempotent: false }),
  reverseTransfer: route({ operation: 'reverse-transfer', method: 'POST', resource: '/v1/transfers/{id}/reverse', service: 'ledger', scope: 'funds/write', idempotent: true }),

  getFeeSchedule: route({ operation: 'get-fee-schedule', method: 'GET', resource: '/v1/fee-schedules/{id}', service: 'ledger', scope: 'accounts/read', idempotent: false }),
  putFeeSchedule: route({ operation: 'put-fee-schedule', method: 'PUT', resource: '/v1/fee-schedules/{id}', service: 'ledger', scope: 'funds/write', idempotent: false }),
  deleteFeeSchedule: route({ operation: 'delete-fee-schedule', method: 'DELETE', resource: '/v1/fee-schedules/{id}', service: 'ledger', scope: 'funds/write', idempotent: false }),

  listBlocks: route({ operation: 'list-blocks', method: 'GET', resource: '/v1/blocks', service: 'fraud', scope: 'reviews/read', idempotent: false }),
  getBlock: route({ operation: 'get-block', method: 'GET', resource: '/v1/blocks/{id}', service: 'fraud', scope: 'reviews/read', idempotent: false }),
  putBlock: route({ operation: 'put-block', method: 'PUT', resource: '/v1/blocks/{id}', service: 'fraud', scope: 'reviews/write', idempotent: false }),
  deleteBlock: route({ operation: 'delete-block', method: 'DELETE', resource: '/v1/blocks/{id}', service: 'fraud', scope: 'reviews/write', idempotent: false }),

  listReviews: route({ operation: 'list-reviews', method: 'GET', resource: '/v1/reviews', service: 'fraud', scope: 'reviews/read', idempotent: false }),
  approveReview: route({ operation: 'approve-review', method: 'POST', resource: '/v1/reviews/{id}/approve', service: 'fraud', scope: 'reviews/write', idempotent: true }),
  declineReview: route({ operation: 'decline-review', method: 'POST', resource: '/v1/reviews/{id}/decline', service: 'fraud', scope: 'reviews/write', idempotent: true }),

  createWebhookEndpoint: route({ operation: 'create-webhook-endpoint', method: 'POST', resource: '/v1/webhook-endpoints', service: 'notifications', scope: 'webhooks/write', idempotent: true }),
  listWebhookEndpoints: route({ operation: 'list-webhook-endpoints', method: 'GET', resource: '/v1/webhook-endpoints', service: 'notifications', scope: 'webhooks/read', idempotent: false }),
  getWebhookEndpoint: route({ operation: 'get-webhook-endpoint', method: 'GET', resource: '/v1/webhook-endpoints/{id}', service: 'notifications', scope: 'webhooks/read', idempotent: false }),
  changeWebhookEndpoint: route({ operation: 'change-webhook-endpoint', method: 'PATCH', resource: '/v1/webhook-endpoints/{id}', service: 'notifications', scope: 'webhooks/write', idempotent: false }),
  deleteWebhookEndpoint: route({ operation: 'delete-webhook-endpoint', method: 'DELETE', resource: '/v1/webhook-endpoints/{id}', service: 'notifications', scope: 'webhooks/write', idempotent: false }),
  rotateWebhookSecret: route({ operation: 'rotate-webhook-secret', method: 'POST', resource: '/v1/webhook-endpoints/{id}/rotate-secret', service: 'notifications', scope: 'webhooks/write', idempotent: true }),
  testWebhookEndpoint: route({ operation: 'test-webhook-endpoint', method: 'POST', resource: '/v1/webhook-endpoints/{id}/test', service: 'notifications', scope: 'webhooks/write', idempotent: true }),
  redeliverFailedWebhooks: route({ operation: 'redeliver-failed-webhooks', method: 'POST', resource: '/v1/webhook-endpoints/{id}/redeliver', service: 'notifications', scope: 'webhooks/write', idempotent: true }),
  listWebhookDeliveries: route({ operation: 'list-webhook-deliveries', method: 'GET', resource: '/v1/webhook-deliveries', service: 'notifications', scope: 'webhooks/read', idempotent: false }),
  getWebhookDelivery: route({ operation: 'get-webhook-delivery', method: 'GET', resource: '/v1/webhook-deliveries/{id}', service: 'notifications', scope: 'webhooks/read', idempotent: false }),
  redeliverWebhook: route({ operation: 'redeliver-webhook', method: 'POST', resource: '/v1/webhook-deliveries/{id}/redeliver', service: 'notifications', scope: 'webhooks/write', idempotent: true }),
  listEvents: route({ operation: 'list-events', method: 'GET', resource: '/v1/events', service: 'notifications', scope: 'webhooks/read', idempotent: false }),

  getPaymentTimeline: route({ operation: 'get-payment-timeline', method: 'GET', resource: '/v1/payments/{id}/timeline', service: 'operations', scope: 'payments/read', idempotent: false }),
  listDeadLetters: route({ operation: 'list-dead-letters', method: 'GET', resource: '/v1/operations/dead-letters', service: 'operations', scope: 'operations/read', idempotent: false }),
  getDeadLetter: route({ operation: 'get-dead-letter', method: 'GET', resource: '/v1/operations/dead-letters/{id}', service: 'operations', scope: 'operations/read', idempotent: false }),
  redriveDeadLetters: route({ operation: 'redrive-dead-letters', method: 'POST', resource: '/v1/operations/dead-letters/redrive', service: 'operations', scope: 'operations/write', idempotent: true }),
  listAuditEntries: route({ operation: 'list-audit-entries', method: 'GET', resource: '/v1/operations/audit-entries', service: 'operations', scope: 'operations/read', idempotent: false }),
  createReconciliation: route({ operation: 'create-reconciliation', method: 'POST', resource: '/v1/operations/reconciliations', service: 'operations', scope: 'operations/write', idempotent: true }),
  listReconciliations: route({ operation: 'list-reconciliations', method: 'GET', resource: '/v1/operations/reconciliations', service: 'operations', scope: 'operations/read', idempotent: false }),
  getReconciliation: route({ operation: 'get-reconciliation', method: 'GET', resource: '/v1/operations/reconciliations/{id}', service: 'operations', scope: 'operations/read', idempotent: false }),
  republish: route({ operation: 'republish', method: 'POST', resource: '/v1/operations/republish', service: 'operations', scope: 'operations/write', idempotent: true }),
} as const satisfies Record<string, Route>;

export const allRoutes: readonly Route[] = Object.values(routes);
