import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { PaymentDeadlines } from '../lambdas/shared/contract/payment-deadlines.ts';
import type { CurrencyLimits, FraudLimits } from '../lambdas/shared/contract/fraud-limits.ts';
import type { WebhookSchedule } from '../lambdas/shared/contract/webhook-schedule.ts';

/** Throttle of a tenant's API key: steady requests per second and the burst above it. API Gateway honours them by best effort. */
export interface Tier {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** An OpenID Connect issuer other than the stack's user pool. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
}

/** A name of one's own for the API; without it API Gateway's own host name serves, with the same TLS policy. */
export interface ApiDomain {
  readonly name: string;
  /** ACM certificate of the same region. */
  readonly certificateArn: string;
}

export interface StageSettings {
  readonly name: 'dev' | 'prod';
  readonly fraudLimits: FraudLimits;
  readonly paymentDeadlines: PaymentDeadlines;
  readonly webhookSchedule: WebhookSchedule;
  readonly logRetention: RetentionDays;
  readonly logLevel: 'DEBUG' | 'INFO';
  /** What becomes of what holds data when it leaves the template. */
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
  readonly tiers: { readonly standard: Tier; readonly premium: Tier };
  /** All tenants together, per route. */
  readonly apiThrottle: Tier;
  /**
   * Most invocations at a time that one queue may cause. All queues together must leave room for API and authorizer in
   * the account's Lambda concurrency: 1,000 by default, often far less in a new account.
   */
  readonly consumerConcurrency: { readonly free: number; readonly contended: number };
  /**
   * How many messages the ledger takes at a time, how long it waits for them, and how many transfers it posts in one write. A
   * window trades latency for throughput on hot accounts.
   */
  readonly ledgerBatch: { readonly size: number; readonly window: Duration; readonly groupSize: number };
  /** From one comparison of all books to the next. Absent: on demand only. */
  readonly reconciliationEvery?: Duration;
  readonly functionMemoryMb: number;
  readonly archiveRetention: Duration;
  readonly alarms: {
    /** A message older than this means that a consumer does not keep up. */
    readonly queueAge: Duration;
    /** A stream record older than this means that events are late for everyone. */
    readonly iteratorAge: Duration;
    readonly apiServerErrorsPerFiveMinutes: number;
    /** A refusal is an error of the authorizer to Lambda, so single ones are clients' and many are everyone's. */
    readonly authorizerErrorsPerMinute: number;
    /** Slowest hundredth of the API's answers, for a quarter of an hour. */
    readonly apiLatencyP99: Duration;
    /** Of the account's quota of Lambda invocations at a time; ask with `aws lambda get-account-settings`. */
    readonly lambdaConcurrency: number;
    /** Charges of the whole account since the month began, in US dollars. Only in us-east-1, where AWS keeps them. @default no alarm */
    readonly monthlyChargesUsd?: number;
  };
  /** Webhooks to this machine itself; only ever true on the local engine, which sets it on its own copy. */
  readonly allowLoopbackWebhooks: false;
  readonly tokenIssuer?: TokenIssuer;
  readonly domain?: ApiDomain;
}

/**
 * The currencies that are enabled, and how many of a currency's minor units weigh as much as one euro cent. Round numbers that
 * a person chose, not rates: a limit must not move with the market. A function's environment holds about 15 of them.
 */
const weights = { EUR: 1, USD: 1, GBP: 1, CHF: 1, AUD: 2, CAD: 2, PLN: 4, SEK: 10, JPY: 1.5, KWD: 3 };

/** The limits in euro cents, for each enabled currency in its own minor units. */
const inCurrencies = (euro: CurrencyLimits): FraudLimits =>
  Object.fromEntries(Object.entries(weights).map(([currency, weight]) => {
    const window = (name: keyof CurrencyLimits['velocity']) => ({ ...euro.velocity[name], maxAmountMinor: euro.velocity[name].maxAmountMinor * weight });
    return [currency, {
      reviewAmountMinor: euro.reviewAmountMinor * weight, maxAmountMinor: euro.maxAmountMinor * weight,
      velocity: { minute: window('minute'), hour: window('hour'), day: window('day') },
    }];
  }));

const dev: StageSettings = {
  name: 'dev',
  fraudLimits: inCurrencies({
    maxAmountMinor: 2_000_000,
    reviewAmountMinor: 1_000_000,
    velocity: {
      minute: { maxCount: 200, maxAmountMinor: 5_000_000 },
      hour: { maxCount: 1_000, maxAmountMinor: 10_000_000 },
      day: { maxCount: 5_000, maxAmountMinor: 20_000_000 },
    },
  }),
  paymentDeadlines: { firstAsk: 20, longestAsk: 900, fraud: 45, review: 3_600, processing: 86_400, capture: 7 * 86_400, overdue: 300 },
  // Short, so that a whole schedule can be watched: six failures pass in about half a minute.
  webhookSchedule: { waits: [2, 3, 5, 5, 10, 10, 30, 60, 120], failuresToPause: 20, firstPause: 5, longestPause: 60, disableAfter: 3_600 },
  logRetention: RetentionDays.ONE_WEEK,
  logLevel: 'INFO',
  removalPolicy: RemovalPolicy.DESTROY,
  deletionProtection: false,
  tiers: { standard: { ratePerSecond: 50, burst: 100 }, premium: { ratePerSecond: 200, burst: 400 } },
  apiThrottle: { ratePerSecond: 500, burst: 1_000 },
  consumerConcurrency: { free: 10, contended: 10 },
  ledgerBatch: { size: 10, window: Duration.seconds(0), groupSize: 49 },
  functionMemoryMb: 1_024,
  archiveRetention: Duration.days(7),
  alarms: { queueAge: Duration.minutes(5), iteratorAge: Duration.minutes(1), apiServerErrorsPerFiveMinutes: 1, authorizerErrorsPerMinute: 20, apiLatencyP99: Duration.seconds(5), lambdaConcurrency: 800 },
  allowLoopbackWebhooks: false,
};

const prod: StageSettings = {
  name: 'prod',
  fraudLimits: inCurrencies({
    maxAmountMinor: 10_000_000,
    reviewAmountMinor: 5_000_000,
    velocity: {
      minute: { maxCount: 600, maxAmountMinor: 50_000_000 },
      hour: { maxCount: 10_000, maxAmountMinor: 200_000_000 },
      day: { maxCount: 100_000, maxAmountMinor: 1_000_000_000 },
    },
  }),
  paymentDeadlines: { firstAsk: 60, longestAsk: 900, fraud: 300, review: 86_400, processing: 86_400, capture: 7 * 86_400, overdue: 1_800 },
  // 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten attempts over 75 hours, so a receiver has a weekend to come back.
  webhookSchedule: {
    waits: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400], failuresToPause: 10, firstPause: 30, longestPause: 3_600, disableAfter: 432_000,
  },
  logRetention: RetentionDays.THREE_MONTHS,
  logLevel: 'INFO',
  // Kept, but for what a first deployment that fails has just made.
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  deletionProtection: true,
  tiers: { standard: { ratePerSecond: 100, burst: 200 }, premium: { ratePerSecond: 1_000, burst: 2_000 } },
  apiThrottle: { ratePerSecond: 5_000, burst: 2_500 },
  consumerConcurrency: { free: 100, contended: 50 },
  ledgerBatch: { size: 10, window: Duration.seconds(0), groupSize: 49 },
  reconciliationEvery: Duration.days(1),
  functionMemoryMb: 1_024,
  archiveRetention: Duration.days(90),
  alarms: { queueAge: Duration.minutes(2), iteratorAge: Duration.minutes(1), apiServerErrorsPerFiveMinutes: 5, authorizerErrorsPerMinute: 100, apiLatencyP99: Duration.seconds(2), lambdaConcurrency: 800 },
  allowLoopbackWebhooks: false,
};

const stages: Readonly<Record<string, StageSettings>> = { dev, prod };

/** @throws Error when there is no such stage: nothing must be deployed with settings that nobody chose */
export const stageNamed = (name: unknown): StageSettings => {
  const stage = typeof name === 'string' && Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (stage === undefined) throw new Error(`There is no stage ${JSON.stringify(name)} in lib/stages.ts. Use -c stage=${Object.keys(stages).join(' or -c stage=')}.`);
  return stage;
};

/** For what deletion protection guards: a rollback could not delete it and would get stuck, so there it is kept whatever happens. */
export const removalOfProtected = ({ deletionProtection, removalPolicy }: StageSettings): RemovalPolicy =>
  deletionProtection ? RemovalPolicy.RETAIN : removalPolicy;

/** What a stage lacks of what its name promises, as one line for whoever synthesizes it; undefined when nothing is missing. */
export const missingSettings = (stage: StageSettings): string | undefined =>
  stage.name === 'prod' && stage.domain === undefined
    ? 'Stage prod has no domain and certificate in lib/stages.ts: the API keeps its execute-api host name.'
    : undefined;
