import { answerPayments } from '../../lambdas/ledger/answer-payments.ts';
import { asksOf } from './asks.ts';
import { booksOnTable, prefill } from './store.ts';

export interface Size {
  readonly transfers: number;
  /** Of one payment by itself: the middle of them, milliseconds. */
  readonly medianMs: number;
}

const PAYMENTS = 200;

/** Latency of a payment as the table grows, on whatever engine is in use. */
export const measureGrowth = async (sizes: readonly number[]): Promise<Size[]> => {
  const measured: Size[] = [];
  let filled = 0;
  for (const transfers of sizes) {
    await prefill(filled, transfers);
    filled = transfers;
    const books = booksOnTable();
    const took: number[] = [];
    for (const ask of asksOf('spread', PAYMENTS, `at-${transfers}`)) {
      const began = performance.now();
      const [answer] = await answerPayments(books, [ask], 49);
      if (answer !== 'applied') throw answer instanceof Error ? answer : new Error('A payment was not posted.');
      took.push(performance.now() - began);
    }
    measured.push({ transfers, medianMs: took.sort((a, b) => a - b)[PAYMENTS / 2] ?? 0 });
  }
  return measured;
};
