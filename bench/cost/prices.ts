/**
 * List prices in US dollars, us-east-1, without free tiers, volume discounts or taxes.
 * Read from the services' public price pages; look them up again before relying on a sum.
 */
export const priceTable = {
  version: 1,
  region: 'us-east-1',
  asOf: '2026-11',
  source: 'https://aws.amazon.com/pricing/ (API Gateway, Lambda, DynamoDB, EventBridge, SQS, KMS, CloudWatch, X-Ray)',
  usd: {
    apiRequest: 3.5e-6,
    lambdaRequest: 0.2e-6,
    /** arm64. */
    lambdaGbSecond: 0.0000133334,
    /** On demand; a transaction's units are counted double before they get here. */
    writeUnit: 0.625e-6,
    readUnit: 0.125e-6,
    tableGbMonth: 0.25,
    /** Point-in-time recovery, by the table's size. */
    recoveryGbMonth: 0.2,
    /** For each 64 KB that is published; delivery to a queue of the account is free. */
    event: 1e-6,
    archivedGb: 0.1,
    archiveGbMonth: 0.023,
    /** Standard queues, for each 64 KB. */
    queueRequest: 0.4e-6,
    keyRequest: 0.03 / 10_000,
    logGb: 0.5,
    logGbMonth: 0.03,
    trace: 5e-6,
  },
} as const;

/** What no test here can measure. docs/cost.md says why each is what it is. */
export const assumptions = {
  /** Milliseconds that Lambda bills for a warm run, the waiting for AWS's own answers included. */
  billedMsPerRun: { api: 40, relay: 30, consumer: 5, delivery: 5 },
  /** And beside it for each message that a run of these handles. */
  billedMsPerMessage: { consumer: 25, delivery: 250 },
  memoryGb: 1,
  /** Of all runs, those that begin with a cold start, and what its initialization adds to the bill. */
  coldStarts: { share: 0.005, initMs: 500 },
  /** What Lambda itself writes for each run: START, END and REPORT with the trace. */
  platformLogBytes: 420,
  /** An access log line of the API. */
  accessLogBytes: 700,
  /** CloudWatch counts this beside the text of each line. */
  logEventOverheadBytes: 26,
  /** X-Ray's default rule, above its one trace per second. */
  tracedShare: 0.05,
  /** DynamoDB adds this to each item's own size; the average item here has about 400 bytes. */
  itemOverheadShare: 0.25,
  archiveMonths: 3,
  logMonths: 3,
} as const;
