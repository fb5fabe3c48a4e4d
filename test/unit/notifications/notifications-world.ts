import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { parseEnvelope } from '../../../lambdas/shared/events/envelope.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { dynamoDbDeliveryStore } from '../../../lambdas/notifications/dynamodb-delivery-store.ts';
import { dynamoDbEndpointHealthStore } from '../../../lambdas/notifications/dynamodb-endpoint-health-store.ts';
import { dynamoDbEventLog } from '../../../lambdas/notifications/dynamodb-event-log.ts';
import { dynamoDbWebhookEndpointStore } from '../../../lambdas/notifications/dynamodb-webhook-endpoint-store.ts';
import { kmsSecretVault } from '../../../lambdas/notifications/kms-secret-vault.ts';
import { stageNamed } from '../../../lib/stages.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Call, Intercept } from '../../support/aws/in-memory-aws.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { TenantId, WebhookEndpointId } from '../../../lambdas/shared/ids/ids.ts';
import type { WebhookSchedule } from '../../../lambdas/shared/contract/webhook-schedule.ts';
import type { WebhookEndpoint } from '../../../lambdas/notifications/webhook-endpoint.ts';

export const START = Date.UTC(2026, 0, 5, 10);
export const TENANT = 'tenant01' as TenantId;
export const OTHER_TENANT = 'tenant02' as TenantId;

export const endpointId = (name: string): WebhookEndpointId => deriveId('webhookEndpoint', TENANT, 'test', name) as WebhookEndpointId;

export const anEndpoint = (name: string, given: { readonly [Name in keyof WebhookEndpoint]?: Exclude<WebhookEndpoint[Name], undefined> } = {}): WebhookEndpoint => ({
  id: endpointId(name),
  url: `https://${name}.example.com/hook`,
  status: 'enabled',
  failures: 0,
  sealedSecret: Buffer.from(`sealed secret of ${name}`),
  createdAt: START,
  fingerprint: Buffer.alloc(22, name),
  ...given,
});

/** The stage prod's waits, with a breaker that a test can reach. */
export const testSchedule: WebhookSchedule = { ...stageNamed('prod').webhookSchedule, failuresToPause: 3 };

interface EventOptions {
  readonly payment?: string;
  readonly type?: 'PaymentInitiated' | 'PaymentSucceeded';
  readonly tenant?: TenantId;
  readonly at?: number;
  readonly emission?: number;
}

/** A public event as the bus delivers it. */
export const aPublicEvent = ({ payment = 'p1', type = 'PaymentSucceeded', tenant = TENANT, at = START, emission = 1 }: EventOptions = {}): Envelope => {
  const paymentId = deriveId('payment', tenant, 'create-payment', payment);
  const account = (name: string): string => deriveId('account', tenant, 'open-account', name);
  const sequence = type === 'PaymentInitiated' ? 1 : 3;
  return parseEnvelope({
    specversion: '1.0',
    id: `${paymentId}-${sequence}`,
    source: 'payment-pipeline.payments',
    type,
    subject: paymentId,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:payment-pipeline:event:${type}:1`,
    tenantid: tenant,
    sequence,
    publicsequence: type === 'PaymentInitiated' ? 1 : 2,
    emission,
    correlationid: `request-of-${payment}`,
    causationid: `${paymentId}.payment-1`,
    data: {
      paymentId,
      status: type === 'PaymentInitiated' ? 'pending' : 'succeeded',
      amount: { value: 1250, currency: 'EUR' },
      payerAccountId: account('payer'),
      payeeAccountId: account('payee'),
      captureMethod: 'automatic',
      createdAt: new Date(at).toISOString(),
    },
  });
};

const KEY = createHash('sha256').update('a key that never leaves').digest();
const contextOf = (input: Readonly<Record<string, unknown>>): Buffer => Buffer.from(JSON.stringify(input['EncryptionContext']));

/** What KMS does for a vault: authenticated encryption bound to the encryption context. */
const encryption = ({ operation, input }: Call): object => {
  const request = input as Readonly<Record<string, unknown>>;
  if (operation === 'Encrypt') {
    const nonce = createHash('sha256').update(String(request['Plaintext'])).digest().subarray(0, 12);
    const cipher = createCipheriv('aes-256-gcm', KEY, nonce).setAAD(contextOf(request));
    const text = Buffer.concat([cipher.update(Buffer.from(String(request['Plaintext']), 'base64')), cipher.final()]);
    return { CiphertextBlob: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64') };
  }
  const blob = Buffer.from(String(request['CiphertextBlob']), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', KEY, blob.subarray(0, 12)).setAAD(contextOf(request)).setAuthTag(blob.subarray(12, 28));
  try {
    return { Plaintext: Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]).toString('base64') };
  } catch {
    throw new AwsError('InvalidCiphertextException', 'The ciphertext does not belong to this key and context.');
  }
};

export const withEncryption: Intercept = (call, proceed) =>
  call.service === 'KMS' && (call.operation === 'Encrypt' || call.operation === 'Decrypt') ? encryption(call) : proceed();

export interface World {
  readonly aws: InMemoryAws;
  readonly table: string;
  readonly endpoints: ReturnType<typeof dynamoDbWebhookEndpointStore>;
  readonly deliveries: ReturnType<typeof dynamoDbDeliveryStore>;
  readonly log: ReturnType<typeof dynamoDbEventLog>;
  readonly health: ReturnType<typeof dynamoDbEndpointHealthStore>;
  readonly vault: ReturnType<typeof kmsSecretVault>;
  advance(milliseconds: number): void;
  now(): number;
}

/** The service's real adapters on an in-memory AWS, at a time of our own. */
export const openWorld = (): World => {
  let now = START;
  const aws = new InMemoryAws({ now: () => now });
  aws.intercept = withEncryption;
  createTables(aws, 'notifications');
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
  // Waiting for a conflict passes at once; what waits for seconds is a time limit, and never comes.
  useTimers({ sleep: (milliseconds) => (milliseconds < 2_000 ? Promise.resolve() : new Promise(() => undefined)) });
  const table = tableNameOf('notifications');
  return {
    aws, table,
    endpoints: dynamoDbWebhookEndpointStore(table), deliveries: dynamoDbDeliveryStore(table), log: dynamoDbEventLog(table),
    health: dynamoDbEndpointHealthStore(table), vault: kmsSecretVault('key'),
    advance: (milliseconds) => {
      now += milliseconds;
    },
    now: () => now,
  };
};

export const closeWorld = (): void => {
  useTransport(undefined);
  useClock(undefined);
  useTimers(undefined);
};

/** How many items of a kind were ever put into the table. */
export const inserted = ({ aws, table }: World, part: string): number =>
  aws.stream(table).filter(({ eventName, dynamodb }) => eventName === 'INSERT' && JSON.stringify(dynamodb?.Keys).includes(part)).length;
