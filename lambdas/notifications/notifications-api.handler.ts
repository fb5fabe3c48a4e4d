import { kmsCursorSigner } from '../shared/aws/kms-cursor-signer.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { runOnceIn } from '../shared/idempotency/run-once.ts';
import { addressPolicy } from './address-policy.ts';
import { dnsAddressResolver } from './dns-address-resolver.ts';
import { dynamoDbDeliveryStore } from './dynamodb-delivery-store.ts';
import { dynamoDbEventLog } from './dynamodb-event-log.ts';
import { dynamoDbRedeliveryStore } from './dynamodb-redelivery-store.ts';
import { dynamoDbSecretRotationStore } from './dynamodb-secret-rotation-store.ts';
import { dynamoDbWebhookEndpointStore } from './dynamodb-webhook-endpoint-store.ts';
import { dynamoDbWebhookTestStore } from './dynamodb-webhook-test-store.ts';
import { eventsApi } from './events-api.ts';
import { kmsSecretVault } from './kms-secret-vault.ts';
import { webhookDeliveriesApi } from './webhook-deliveries-api.ts';
import { webhookEndpointsApi } from './webhook-endpoints-api.ts';

const table = setting(environment.table);
const ports = {
  endpoints: dynamoDbWebhookEndpointStore(table),
  rotations: dynamoDbSecretRotationStore(table),
  vault: kmsSecretVault(setting(environment.secretsKey)),
  policy: addressPolicy(setting(environment.allowLoopbackWebhooks), process.env['AWS_LAMBDA_RUNTIME_API']),
  resolve: dnsAddressResolver,
  deliveries: dynamoDbDeliveryStore(table),
  tests: dynamoDbWebhookTestStore(table),
  redeliveries: dynamoDbRedeliveryStore(table),
  log: dynamoDbEventLog(table),
  signer: kmsCursorSigner(setting(environment.cursorKey)),
};

export const handler = httpFunction({
  endpoints: [...webhookEndpointsApi(ports), ...webhookDeliveriesApi(ports), ...eventsApi(ports)],
  runOnce: runOnceIn(setting(environment.idempotencyTable)),
});
