import { step } from '../../local/progress.ts';

/** What a payment writes in all tables and indexes, when they have so many already. */
export interface PaymentUnits {
  readonly earlierPayments: number;
  /** Of one payment: the mean of those measured. */
  readonly writeUnits: number;
}

const EARLIER = [1_000, 200_000];
const PAYMENTS = 500;

/** Payments on the unmodified handlers in memory, one after the other, beside few earlier ones and beside many. 200,000 take 3 GB. */
export const measurePaymentUnits = async (): Promise<PaymentUnits[]> => {
  // Loaded late: the handlers make their loggers and clients as they are loaded, after the settings are made.
  const { runCourse, writeUnitsOf } = await import('../course/payment-course.ts');
  const measured: PaymentUnits[] = [];
  for (const earlier of EARLIER) {
    const course = { payments: PAYMENTS, arrival: 'alone', reference: 'order-2026-000001', earlier } as const;
    const counts = await step(`${PAYMENTS} payments beside ${earlier.toLocaleString('en')} earlier ones`, () => runCourse(course));
    measured.push({ earlierPayments: earlier, writeUnits: writeUnitsOf(counts) });
  }
  return measured;
};
