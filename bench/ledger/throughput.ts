import { answerPayments } from '../../lambdas/ledger/answer-payments.ts';
import { withinInvocation } from '../../lambdas/shared/time/deadline.ts';
import { asksOf } from './asks.ts';
import { booksOnTable } from './store.ts';
import type { Load } from './asks.ts';
import type { BenchBooks } from './store.ts';
import type { Envelope } from '../../lambdas/shared/events/envelope.ts';

/** How a consumer takes and posts messages: those of the stage settings. */
export interface Way {
  /** Messages of one invocation. */
  readonly batch: number;
  /** Most transfers in one write. */
  readonly group: number;
}

export const ways = {
  single: { batch: 10, group: 1 },
  default: { batch: 10, group: 49 },
  batched: { batch: 100, group: 49 },
} as const satisfies Readonly<Record<string, Way>>;

const INVOCATION_MS = 60_000;
let runs = 0;

/** Takes from one queue, as so many consumers at a time, until every payment is decided; what is handed back comes again. */
const work = async (books: BenchBooks, queue: Envelope[], { batch, group }: Way, consumers: number): Promise<void> => {
  const consumer = async (): Promise<void> => {
    while (queue.length > 0) {
      const taken = queue.splice(0, batch);
      const answers = await withinInvocation({ getRemainingTimeInMillis: () => INVOCATION_MS }, () => answerPayments(books, taken, group));
      for (const [index, answer] of answers.entries()) {
        if (answer === 'applied' || answer === 'already') continue;
        if (!(answer instanceof Error) || answer.name === 'IntegrityError') throw answer instanceof Error ? answer : new Error(`A payment was answered ${answer}.`);
        queue.push(taken[index]!);
      }
    }
  };
  await Promise.all(Array.from({ length: consumers }, consumer));
};

/** Transfers a second. The queue is full from the start, so a window would add nothing. */
export const throughput = async (load: Load, way: Way, count: number, consumers: number): Promise<number> => {
  runs += 1;
  const asks = asksOf(load, count, `run-${runs}`);
  const books = booksOnTable();
  const began = performance.now();
  await work(books, asks, way, consumers);
  return count / ((performance.now() - began) / 1_000);
};

export interface Throughput {
  readonly single: number;
  readonly default: number;
  readonly batched: number;
  readonly batchedOverSingle: number;
}

export interface Counts {
  readonly single: number;
  readonly batched: number;
  readonly consumers: number;
}

/** One load in all three ways, on the same engine and in the same run; a short run of each goes first, as a warm-up. */
export const measureLoad = async (load: Load, { single, batched, consumers }: Counts): Promise<Throughput> => {
  await throughput(load, ways.single, 100, consumers);
  await throughput(load, ways.batched, 200, consumers);
  const measured = {
    single: await throughput(load, ways.single, single, consumers),
    default: await throughput(load, ways.default, batched, consumers),
    batched: await throughput(load, ways.batched, batched, consumers),
  };
  return { ...measured, batchedOverSingle: measured.batched / measured.single };
};
