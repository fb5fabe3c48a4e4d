import { answerPayments } from '../../lambdas/ledger/answer-payments.ts';
import { withinInvocation } from '../../lambdas/shared/time/deadline.ts';
import { median } from '../statistics.ts';
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
const ROUNDS = 5;
/** The ledger tries again by itself, so hardly any is handed back; one that is so often will never be posted. */
const MOST_RETURNS = 10;
let runs = 0;

/** Takes from one queue, as so many consumers at a time, until every payment is decided; what is handed back comes again. */
const work = async (books: BenchBooks, queue: Envelope[], { batch, group }: Way, consumers: number): Promise<void> => {
  const returns = new Map<Envelope, number>();
  const consumer = async (): Promise<void> => {
    while (queue.length > 0) {
      const taken = queue.splice(0, batch);
      const answers = await withinInvocation({ getRemainingTimeInMillis: () => INVOCATION_MS }, () => answerPayments(books, taken, group));
      for (const [index, answer] of answers.entries()) {
        if (answer === 'applied' || answer === 'already') continue;
        if (!(answer instanceof Error) || answer.name === 'IntegrityError') throw answer instanceof Error ? answer : new Error(`A payment was answered ${answer}.`);
        const ask = taken[index]!;
        const returned = (returns.get(ask) ?? 0) + 1;
        if (returned > MOST_RETURNS) throw answer;
        returns.set(ask, returned);
        queue.push(ask);
      }
    }
  };
  await Promise.all(Array.from({ length: consumers }, consumer));
};

/** Milliseconds of the clock that a run is measured by. */
type Now = () => number;

/** Transfers a second. The queue is full from the start, so a window would add nothing. */
export const throughput = async (load: Load, way: Way, count: number, consumers: number, now: Now = () => performance.now()): Promise<number> => {
  runs += 1;
  const asks = asksOf(load, count, `run-${runs}`);
  const books = booksOnTable();
  const began = now();
  await work(books, asks, way, consumers);
  return count / ((now() - began) / 1_000);
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

/** One load in all three ways, in turns, on the same engine: medians of the rounds. A short run of each goes first, as a warm-up. */
export const measureLoad = async (load: Load, { single, batched, consumers }: Counts, now?: Now): Promise<Throughput> => {
  await throughput(load, ways.single, 100, consumers, now);
  await throughput(load, ways.batched, 200, consumers, now);
  const rounds: Omit<Throughput, 'batchedOverSingle'>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      single: await throughput(load, ways.single, single / ROUNDS, consumers, now),
      default: await throughput(load, ways.default, batched / ROUNDS, consumers, now),
      batched: await throughput(load, ways.batched, batched / ROUNDS, consumers, now),
    });
  }
  const middle = (way: keyof typeof ways): number => median(rounds.map((round) => round[way]));
  return { single: middle('single'), default: middle('default'), batched: middle('batched'), batchedOverSingle: median(rounds.map((round) => round.batched / round.single)) };
};
