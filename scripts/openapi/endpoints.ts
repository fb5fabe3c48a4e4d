import { blockEndpoints } from '../../lambdas/fraud/block-endpoints.ts';
import { dynamoDbBlockStore } from '../../lambdas/fraud/dynamodb-block-store.ts';
import { dynamoDbCaseStore } from '../../lambdas/fraud/dynamodb-case-store.ts';
import { reviewEndpoints } from '../../lambdas/fraud/review-endpoints.ts';
import { dynamoDbAccountStore } from '../../lambdas/ledger/dynamodb-account-store.ts';
import { dynamoDbFeeScheduleStore } from '../../lambdas/ledger/dynamodb-fee-schedules.ts';
import { dynamoDbOpeningStore } from '../../lambdas/ledger/dynamodb-opening-store.ts';
import { dynamoDbTransferStore } from '../../lambdas/ledger/dynamodb-transfer-store.ts';
import { ledgerEndpoints } from '../../lambdas/ledger/ledger-endpoints.ts';
import { addressPolicy } from '../../lambdas/notifications/address-policy.ts';
import { dnsAddressResolver } from '../../lambdas/notifications/dns-address-resolver.ts';
import { dynamoDbDeliveryStore } from '../../lambdas/notifications/dynamodb-delivery-store.ts';
import { dynamoDbEventLog } from '../../lambdas/notifications/dynamodb-event-log.ts';
import { dynamoDbRedeliveryStore } from '../../lambdas/notifications/dynamodb-redelivery-store.ts';
import { dynamoDbSecretRotationStore } from '../../lambdas/notifications/dynamodb-secret-rotation-store.ts';
import { dynamoDbWebhookEndpointStore } from '../../lambdas/notifications/dynamodb-webhook-endpoint-store.ts';
import { eventsApi } from '../../lambdas/notifications/events-api.ts';
import { dynamoDbWebhookTestStore } from '../../lambdas/notifications/dynamodb-webhook-test-store.ts';
import { kmsSecretVault } from '../../lambdas/notifications/kms-secret-vault.ts';
import { webhookDeliveriesApi } from '../../lambdas/notifications/webhook-deliveries-api.ts';
import { webhookEndpointsApi } from '../../lambdas/notifications/webhook-endpoints-api.ts';
import { auditEndpoints } from '../../lambdas/operations/audit-endpoints.ts';
import { deadLetterEndpoints } from '../../lambdas/operations/dead-letter-endpoints.ts';
import { dynamoDbAuditTrail } from '../../lambdas/operations/dynamodb-audit-trail.ts';
import { dynamoDbCommandLog } from '../../lambdas/operations/dynamodb-command-log.ts';
import { dynamoDbPaymentRecords } from '../../lambdas/operations/dynamodb-payment-records.ts';
import { dynamoDbReconciliationBooks } from '../../lambdas/operations/dynamodb-reconciliation-books.ts';
import { dynamoDbReconciliationStore } from '../../lambdas/operations/dynamodb-reconciliation-store.ts';
import { reconciliationEndpoints } from '../../lambdas/operations/reconciliation-endpoints.ts';
import { timelineEndpoints } from '../../lambdas/operations/timeline-endpoints.ts';
import { lambdaEventCarriers } from '../../lambdas/operations/lambda-event-carriers.ts';
import { republishEndpoint } from '../../lambdas/operations/republish-endpoint.ts';
import { dynamoDbPaymentStore } from '../../lambdas/payments/dynamodb-payment-store.ts';
import { dynamoDbRefundStore } from '../../lambdas/payments/dynamodb-refund-store.ts';
import { paymentEndpoints } from '../../lambdas/payments/payment-endpoints.ts';
import { refundEndpoints } from '../../lambdas/payments/refund-endpoints.ts';
import { kmsCursorSeal } from '../../lambdas/shared/aws/kms-cursor-seal.ts';
import { kmsCursorSigner } from '../../lambdas/shared/aws/kms-cursor-signer.ts';
import type { Endpoint } from '../../lambdas/shared/http/api-request.ts';

// The endpoints are read, never called: no adapter does anything before its first call.
const unused = 'unused';
const signer = kmsCursorSigner(unused);
const functionNames = JSON.stringify({ payments: unused, fraud: unused, ledger: unused, notifications: unused, operations: unused });
const deadlines = { firstAsk: 1, longestAsk: 1, fraud: 1, review: 1, processing: 1, capture: 1, overdue: 1 };
const notifications = {
  endpoints: dynamoDbWebhookEndpointStore(unused),
  rotations: dynamoDbSecretRotationStore(unused),
  vault: kmsSecretVault(unused),
  policy: addressPolicy('false', undefined),
  resolve: dnsAddressResolver,
  deliveries: dynamoDbDeliveryStore(unused),
  tests: dynamoDbWebhookTestStore(unused),
  redeliveries: dynamoDbRedeliveryStore(unused),
  log: dynamoDbEventLog(unused),
  signer,
};

/** The endpoints that handlers serve, by operation: their schemas are those that validate requests. */
export const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  [
    ...paymentEndpoints(dynamoDbPaymentStore(unused), deadlines, signer),
    ...refundEndpoints({ payments: dynamoDbPaymentStore(unused), refunds: dynamoDbRefundStore(unused), deadlines, signer }),
    ...ledgerEndpoints({ accounts: dynamoDbAccountStore(unused), transfers: dynamoDbTransferStore(unused), openings: dynamoDbOpeningStore(unused), fees: dynamoDbFeeScheduleStore(unused), signer }),
    ...blockEndpoints(dynamoDbBlockStore(unused), signer),
    ...reviewEndpoints(dynamoDbCaseStore(unused), signer),
    ...webhookEndpointsApi(notifications),
    ...webhookDeliveriesApi(notifications),
    ...eventsApi(notifications),
    ...deadLetterEndpoints({ sources: [], trail: dynamoDbAuditTrail(unused), commands: dynamoDbCommandLog(unused) }),
    ...auditEndpoints(dynamoDbAuditTrail(unused), signer),
    ...timelineEndpoints(dynamoDbPaymentRecords({ payments: unused, fraud: unused, ledger: unused, notifications: unused }), deadlines),
    ...reconciliationEndpoints({
      store: dynamoDbReconciliationStore(unused), books: dynamoDbReconciliationBooks({ ledger: unused, payments: unused }), signer,
    }),
    republishEndpoint({
      carriers: lambdaEventCarriers(functionNames), trail: dynamoDbAuditTrail(unused), commands: dynamoDbCommandLog(unused), seal: kmsCursorSeal(unused),
    }),
  ].map((endpoint) => [endpoint.route.operation, endpoint]),
);
