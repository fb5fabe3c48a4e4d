import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { queueConsumer } from '../shared/queue/queue-consumer.ts';
import { addressPolicy } from './address-policy.ts';
import { deliverWebhook } from './deliver-webhook.ts';
import { dnsAddressResolver } from './dns-address-resolver.ts';
import { dynamoDbDeliveryStore } from './dynamodb-delivery-store.ts';
import { dynamoDbEndpointHealthStore } from './dynamodb-endpoint-health-store.ts';
import { dynamoDbEventLog } from './dynamodb-event-log.ts';
import { dynamoDbWebhookEndpointStore } from './dynamodb-webhook-endpoint-store.ts';
import { httpWebhookSender } from './http-webhook-sender.ts';
import { kmsSecretVault } from './kms-secret-vault.ts';
import { sqsDeliveryHint } from './sqs-delivery-hint.ts';
import { webhookSchedule } from './webhook-schedule.ts';

const table = setting(environment.table);
const policy = addressPolicy(setting(environment.allowLoopbackWebhooks), process.env['AWS_LAMBDA_RUNTIME_API']);
const ports = {
  endpoints: dynamoDbWebhookEndpointStore(table),
  deliveries: dynamoDbDeliveryStore(table),
  log: dynamoDbEventLog(table),
  health: dynamoDbEndpointHealthStore(table),
  vault: kmsSecretVault(setting(environment.secretsKey)),
  sender: httpWebhookSender({ policy, resolve: dnsAddressResolver }),
  hint: sqsDeliveryHint,
  schedule: webhookSchedule(),
};

/** Fed with WebhookDeliveryRequested alone; in parallel, so that a slow endpoint holds up no other of its batch. */
export const handler = queueConsumer({
  order: 'in-parallel',
  handle: (event) => {
    if (event.type !== 'WebhookDeliveryRequested') throw new Error(`${event.type} does not ask for a webhook.`);
    return deliverWebhook(ports, event);
  },
});
