import { describe, expect, it } from '@jest/globals';
import { costOf, gbSecondsOf, queueRequestsOf } from '../../../bench/cost/cost.ts';
import { assumptions, priceTable } from '../../../bench/cost/prices.ts';
import type { PaymentCounts } from '../../../bench/course/payment-course.ts';

const nothing: PaymentCounts = { units: {}, invocations: {}, calls: {}, events: 1, eventBytes: 0, messages: {}, logs: { lines: 0, bytes: 0 }, storedBytes: {} };
const lineOf = (counts: Partial<PaymentCounts>, what: string): number | undefined =>
  costOf({ ...nothing, ...counts }).lines.find((line) => line.what === what)?.usdPerMillionPayments;

describe('the cost of a million payments', () => {
  it('is the sum of its services, and each service the sum of its lines', () => {
    const { usdPerMillionPayments, byService, lines } = costOf({ ...nothing, units: { table: { read: 2, write: 3 } }, invocations: { 'payments-api': 1 } });
    const total = lines.reduce((sum, line) => sum + line.usdPerMillionPayments, 0);
    expect(Object.values(byService).reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(total, 9);
    expect(usdPerMillionPayments).toBeCloseTo(total, 9);
  });

  it('has table and indexes in its write units', () => {
    expect(lineOf({ units: { 'table': { read: 0, write: 20 }, 'table/index': { read: 0, write: 6 } } }, 'write units')).toBeCloseTo(16.25, 9);
  });

  it('bills an event for each 64 KB', () => {
    expect(lineOf({ events: 5, eventBytes: 5 * 64 * 1024 }, 'events')).toBeCloseTo(5, 9);
    expect(lineOf({ events: 5, eventBytes: 5 * 64 * 1024 + 5 }, 'events')).toBeCloseTo(10, 9);
  });

  it('counts what SQS is asked: the bus sends, the poller receives and deletes, handlers ask for themselves', () => {
    const invocations = { 'payments-consumer': 2, 'delivery': 1, 'payments-relay': 9, 'payments-api': 1 };
    expect(queueRequestsOf({ ...nothing, messages: { payments: 4, deliveries: 1 }, invocations, calls: { 'SQS.SendMessage': 1, 'DynamoDB.PutItem': 7 } })).toBe(5 + 6 + 1);
  });

  it('bills Lambda by run and by message, with its share of cold starts', () => {
    const { billedMsPerRun, billedMsPerMessage, coldStarts } = assumptions;
    const cold = coldStarts.share * coldStarts.initMs;
    expect(gbSecondsOf({ invocations: { 'payments-api': 1 }, messages: {} })).toBeCloseTo((billedMsPerRun.api + cold) / 1_000, 9);
    expect(gbSecondsOf({ invocations: { 'ledger-consumer': 0.1 }, messages: { ledger: 1 } }))
      .toBeCloseTo((0.1 * (billedMsPerRun.consumer + cold) + billedMsPerMessage.consumer) / 1_000, 9);
  });

  it('bills requests for keys by ten thousand', () => {
    expect(lineOf({ calls: { 'KMS.Decrypt': 1 } }, 'requests of handlers')).toBeCloseTo(3, 9);
  });

  it('comes from prices that say where and when they were read', () => {
    expect(priceTable).toMatchObject({ region: 'us-east-1', asOf: expect.stringMatching(/^\d{4}-\d{2}$/), source: expect.stringContaining('https://') });
  });
});
