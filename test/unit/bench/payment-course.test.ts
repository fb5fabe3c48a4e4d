import { describe, expect, it } from '@jest/globals';
import { runCourse, writeUnitsOf } from '../../../bench/course/payment-course.ts';
import { startWebhookReceiver } from '../../../local/webhook-receiver.ts';

/** 140 characters of three bytes each: the largest items that a payment can have. */
const longest = '€'.repeat(140);

describe('an automatic payment', () => {
  it('costs at most 30 write units without webhooks, with the longest reference too', async () => {
    for (const reference of ['order-1', longest]) {
      expect(writeUnitsOf(await runCourse({ payments: 3, arrival: 'alone', reference }))).toBeLessThanOrEqual(30);
    }
  });

  it('costs these write units, table by table', async () => {
    const { units } = await runCourse({ payments: 3, arrival: 'alone', reference: 'order-1' });
    const written = Object.fromEntries(Object.entries(units).map(([name, { write }]) => [name, write] as const).filter(([, write]) => write !== 0));
    expect(written).toEqual({
      'payments-idempotency': 2,
      'payments-table': 3, 'payments-table/byTenant': 1, 'payments-table/byDue': 2,
      'fraud-table': 6,
      'ledger-table': 6, 'ledger-table/byDebit': 2, 'ledger-table/byCredit': 2,
      'notifications-table': 2,
    });
  });

  it('costs the same when its tables have others already', async () => {
    const [first, later] = [await runCourse({ payments: 3, arrival: 'alone', reference: 'r' }), await runCourse({ payments: 3, arrival: 'alone', reference: 'r', earlier: 500 })];
    expect(later.units).toEqual(first.units);
  });

  it('costs less in the ledger when payments come together, as they share a write, and the same elsewhere, in fewer runs of functions', async () => {
    const [alone, together] = [await runCourse({ payments: 10, arrival: 'alone', reference: 'r' }), await runCourse({ payments: 10, arrival: 'together', reference: 'r' })];
    const runs = ({ invocations }: typeof alone): number => Object.values(invocations).reduce((sum, count) => sum + count, 0);
    const ledger = (units: typeof alone.units): number => units['ledger-table']?.write ?? 0;
    expect(ledger(together.units)).toBeLessThan(ledger(alone.units));
    expect({ ...together.units, 'ledger-table': undefined }).toEqual({ ...alone.units, 'ledger-table': undefined });
    expect(runs(together)).toBeLessThan(runs(alone) / 2);
  });

  it('with a webhook is counted with its delivery', async () => {
    const receiver = await startWebhookReceiver();
    try {
      const counts = await runCourse({ payments: 2, arrival: 'alone', reference: 'r', webhookUrl: receiver.url });
      expect(receiver.received).toHaveLength(2);
      expect(counts).toMatchObject({ invocations: { delivery: 1 }, messages: { deliveries: 1 } });
    } finally {
      await receiver.stop();
    }
  });
});

describe('a refund', () => {
  it('costs these write units, table by table', async () => {
    const { units } = await runCourse({ payments: 3, arrival: 'alone', reference: 'order-1', counted: 'refunds' });
    expect(Object.fromEntries(Object.entries(units).map(([name, { write }]) => [name, write] as const).filter(([, write]) => write !== 0))).toEqual({
      'payments-idempotency': 2,
      // Two of them: the item beside the payment that names the refund in its timeline.
      'payments-table': 10, 'payments-table/byTenant': 2, 'payments-table/byDue': 4,
      'ledger-table': 8, 'ledger-table/byDebit': 2, 'ledger-table/byCredit': 2,
      'notifications-table': 1,
    });
  });
});
