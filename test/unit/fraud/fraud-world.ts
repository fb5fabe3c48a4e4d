import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { assessPayment } from '../../../lambdas/fraud/assess-payment.ts';
import { closeReview } from '../../../lambdas/fraud/close-review.ts';
import { decideReview } from '../../../lambdas/fraud/decide-review.ts';
import { dynamoDbBlockStore } from '../../../lambdas/fraud/dynamodb-block-store.ts';
import { dynamoDbCaseStore } from '../../../lambdas/fraud/dynamodb-case-store.ts';
import { fraudEvents } from '../../../lambdas/fraud/fraud-events.ts';
import { openReview } from '../../../lambdas/fraud/open-review.ts';
import { timeOutReview } from '../../../lambdas/fraud/time-out-review.ts';
import { eventsOfChange } from '../../../lambdas/outbox/events-of-change.ts';
import { imageOf } from '../../../lambdas/outbox/stream-image.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { fingerprintOf } from '../../../lambdas/shared/canonical/fingerprint.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { toRfc3339, useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { DecideReview, ReviewDecision } from '../../../lambdas/fraud/decide-review.ts';
import type { CurrencyLimits } from '../../../lambdas/shared/contract/fraud-limits.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { Outcome } from '../../../lambdas/shared/queue/outcome.ts';

export const NOW = Date.UTC(2026, 10, 22, 9, 30, 20);
export const tenant = 'tenant01' as TenantId;
export const otherTenant = 'tenant02' as TenantId;

export const accountId = (name: string, of: TenantId = tenant): AccountId => deriveId('account', of, 'open-account', name) as AccountId;
export const paymentId = (name: string, of: TenantId = tenant): PaymentId => deriveId('payment', of, 'create-payment', name) as PaymentId;

const roomy = { maxCount: 1_000, maxAmountMinor: 1_000_000 };

/** Limits that nothing runs into, but for those a test gives. */
export const limitsWith = (
  { maxAmountMinor = 100_000, reviewAmountMinor = maxAmountMinor, ...velocity }: Partial<CurrencyLimits['velocity']> & { maxAmountMinor?: number; reviewAmountMinor?: number } = {},
): CurrencyLimits => ({
  reviewAmountMinor, maxAmountMinor, velocity: { minute: roomy, hour: roomy, day: roomy, ...velocity },
});

interface AskOptions {
  readonly tenant?: TenantId;
  readonly payer?: string;
  readonly payee?: string;
  readonly amountMinor?: number;
  readonly currency?: string;
  readonly createdAt?: number;
  readonly emission?: number;
}

/** PaymentInitiated of the payment with this name. */
export const askFor = (name: string, options: AskOptions = {}): Envelope<'PaymentInitiated'> => {
  const { tenant: of = tenant, payer = 'payer', payee = 'payee', amountMinor = 1_000, currency = 'EUR', createdAt = NOW, emission = 1 } = options;
  const id = paymentId(name, of);
  return {
    specversion: '1.0', id: `${id}-1`, source: 'payment-pipeline.payments', type: 'PaymentInitiated', subject: id, time: toRfc3339(createdAt),
    datacontenttype: 'application/json', dataschema: 'urn:payment-pipeline:event:PaymentInitiated:1', tenantid: of, sequence: 1, publicsequence: 1,
    emission, correlationid: `request-of-${name}`, causationid: `request-of-${name}`,
    data: {
      paymentId: id, status: 'pending', amount: { value: amountMinor, currency }, payerAccountId: accountId(payer, of),
      payeeAccountId: accountId(payee, of), captureMethod: 'automatic', createdAt: toRfc3339(createdAt),
    },
  };
};

export const DEADLINE = NOW + 60_000;

/** PaymentHeldForReview of the payment with this name. */
export const heldFor = (name: string, options: AskOptions = {}): Envelope<'PaymentHeldForReview'> => {
  const { emission = 2, ...rest } = options;
  const initiated = askFor(name, { ...rest, emission });
  return {
    ...initiated, id: `${initiated.subject}-2`, type: 'PaymentHeldForReview', dataschema: 'urn:payment-pipeline:event:PaymentHeldForReview:1',
    sequence: 2, publicsequence: 2, data: { ...initiated.data, status: 'in_review', review: { cause: 'fraud_timeout', deadline: toRfc3339(DEADLINE) } },
  };
};

/** PaymentApproved of the payment with this name: it does not wait for a person any more. */
export const approvedFor = (name: string): Envelope<'PaymentApproved'> => {
  const { publicsequence: _none, ...initiated } = askFor(name, { emission: 3 });
  return {
    ...initiated, id: `${initiated.subject}-3`, type: 'PaymentApproved', dataschema: 'urn:payment-pipeline:event:PaymentApproved:1', sequence: 3,
    data: { ...initiated.data, status: 'processing' },
  };
};

/** PaymentFailed of the payment with this name: it ended without money. */
export const failedFor = (name: string): Envelope<'PaymentFailed'> => {
  const initiated = askFor(name, { emission: 4 });
  return {
    ...initiated, id: `${initiated.subject}-4`, type: 'PaymentFailed', dataschema: 'urn:payment-pipeline:event:PaymentFailed:1', sequence: 4, publicsequence: 2,
    data: { ...initiated.data, status: 'failed', failure: { code: 'voided', message: 'Given up.' } },
  };
};

type Item = Record<string, unknown>;

/** The fraud service on an in-memory AWS. */
export const fraudWorld = (limits = limitsWith(), sdkAttempts = 1) => {
  let now = NOW;
  const aws = new InMemoryAws({ now: () => now });
  createTables(aws, 'fraud');
  useTransport(aws.requestHandler, sdkAttempts);
  useClock({ now: () => now });
  useTimers({ sleep: async (milliseconds) => void (now += milliseconds) });
  const table = tableNameOf('fraud');
  const cases = dynamoDbCaseStore(table);
  const blocks = dynamoDbBlockStore(table);
  const scan = async (): Promise<Item[]> => ((await dynamoDb().send(new ScanCommand({ TableName: table }))).Items ?? []).map((item) => unmarshall(item));
  return {
    aws, table, cases, blocks,
    assess: (ask: Envelope<'PaymentInitiated'>): Promise<Outcome> => assessPayment({ cases, blocks, limits: { EUR: limits } }, ask),
    block: (account: AccountId, of = tenant) => blocks.put(of, account, { reason: 'stolen', actor: 'client-1', at: NOW }),
    hold: (ask: Envelope<'PaymentHeldForReview'>): Promise<Outcome> => openReview(cases, ask),
    goOn: (event: Envelope<'PaymentApproved' | 'PaymentFailed'>): Promise<Outcome> => closeReview(cases, event),
    timeOut: (name: string): Promise<Outcome> => timeOutReview(cases, tenant, paymentId(name)),
    decide: (name: string, command: Partial<DecideReview> = {}): Promise<ReviewDecision> => decideReview(cases, {
      tenant, operation: 'approve-review', idempotencyKey: `key-of-${name}`, fingerprint: fingerprintOf({ reason: 'known' }, { id: name }),
      paymentId: paymentId(name), decision: 'approved', reason: 'known', actor: 'client-1', origin: { cause: 'request-1', correlation: 'request-1' }, ...command,
    }),
    reviewOf: async (name: string) => (await cases.find(tenant, paymentId(name)))?.review,
    verdictOn: async (name: string, of = tenant) => (await cases.find(of, paymentId(name, of)))?.verdict,
    caseItems: async (): Promise<Item[]> => (await scan()).filter(({ sk }) => sk === 'CASE'),
    /** Counter items of an account by sort key, without their keys and expiry. */
    counters: async (payer = 'payer', of = tenant): Promise<Record<string, Item>> => {
      const own = (await scan()).filter(({ pk }) => pk === `${of}#V#${accountId(payer, of)}`);
      return Object.fromEntries(own.map(({ pk: _pk, sk, expiresAt: _expiresAt, ...counts }) => [String(sk), counts]));
    },
    scan,
    /** What the relay would say of the table's stream, in order. */
    said: (): Envelope[] =>
      aws.stream(table).flatMap(({ dynamodb }) => eventsOfChange(fraudEvents, imageOf(dynamodb?.OldImage), imageOf(dynamodb?.NewImage))),
  };
};

export const leaveWorld = (): void => {
  useTransport(undefined);
  useClock(undefined);
  useTimers(undefined);
};
