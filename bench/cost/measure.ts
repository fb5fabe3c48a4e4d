import { startWebhookReceiver } from '../../local/webhook-receiver.ts';
import { readUnitsOf, runCourse, writeUnitsOf } from '../course/payment-course.ts';
import { costOf } from './cost.ts';
import { assumptions, priceTable } from './prices.ts';
import type { Course, PaymentCounts } from '../course/payment-course.ts';
import type { Cost } from './cost.ts';

const PAYMENTS = 50;

export const WRITE_UNITS_LIMIT = 30;

export interface CourseCost {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly counts: PaymentCounts;
  readonly cost: Cost;
}

export interface Costs {
  readonly prices: typeof priceTable;
  readonly assumptions: typeof assumptions;
  /** One at a time: nothing shares a batch. The dearest way to come. */
  readonly alone: CourseCost;
  /** 50 at once: relays and consumers work in batches of 10. */
  readonly together: CourseCost;
  /** One at a time, each with a webhook for its final event. */
  readonly withWebhook: CourseCost;
  /** Of a payment, in full, one at a time. */
  readonly refund: CourseCost;
}

const measureCourse = async (course: Pick<Course, 'arrival' | 'webhookUrl' | 'counted'>): Promise<CourseCost> => {
  const counts = await runCourse({ payments: PAYMENTS, reference: 'order-2026-000001', ...course });
  return { writeUnits: writeUnitsOf(counts), readUnits: readUnitsOf(counts), counts, cost: costOf(counts) };
};

export const measureCosts = async (): Promise<Costs> => {
  const receiver = await startWebhookReceiver();
  try {
    return {
      prices: priceTable,
      assumptions,
      alone: await measureCourse({ arrival: 'alone' }),
      together: await measureCourse({ arrival: 'together' }),
      withWebhook: await measureCourse({ arrival: 'alone', webhookUrl: receiver.url }),
      refund: await measureCourse({ arrival: 'alone', counted: 'refunds' }),
    };
  } finally {
    await receiver.stop();
  }
};
