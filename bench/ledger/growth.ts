import { answerPayments } from '../../lambdas/ledger/answer-payments.ts';
import { median } from '../statistics.ts';
import { asksOf } from './asks.ts';
import { booksOnTable, openAccounts, prefill } from './store.ts';

export interface Size {
  readonly transfers: number;
  /** Of one payment by itself: the middle of them, milliseconds. */
  readonly medianMs: number;
}

const PAYMENTS = 500;
const WARM_UPS = 20;

/**
 * Latency of posting a payment as the ledger grows, on whatever engine is in use: a table for each size, and the tables in turns,
 * payment by payment, so that a slow moment of the machine meets all sizes.
 * @param createTable makes the ledger's table under a name
 */
export const measureGrowth = async (sizes: readonly number[], createTable: (name: string) => Promise<void>): Promise<Size[]> => {
  const tables = sizes.map((transfers) => ({ transfers, name: `bench-ledger-${transfers}`, took: [] as number[] }));
  for (const { name, transfers } of tables) {
    await createTable(name);
    await openAccounts(name);
    await prefill(name, transfers);
  }
  for (const [index, ask] of asksOf('spread', WARM_UPS + PAYMENTS, 'now').entries()) {
    for (const turn of tables.keys()) {
      const table = tables[(index + turn) % tables.length];
      if (table === undefined) continue;
      const books = booksOnTable(table.name);
      const began = performance.now();
      const [answer] = await answerPayments(books, [ask], 49);
      if (answer !== 'applied') throw answer instanceof Error ? answer : new Error('A payment was not posted.');
      if (index >= WARM_UPS) table.took.push(performance.now() - began);
    }
  }
  return tables.map(({ transfers, took }) => ({ transfers, medianMs: median(took) }));
};
