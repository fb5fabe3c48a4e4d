import { setTimeout as pause } from 'node:timers/promises';
import { step } from '../../local/progress.ts';
import { median, medianSpread, percentile, spreadOf } from '../statistics.ts';
import { BASELINE_PATH } from './baseline.ts';
import { succeeded, timedPost } from './callers.ts';
import type { Spread } from '../statistics.ts';
import type { Payers } from './callers.ts';

const PAYMENTS_PATH = '/v1/payments';
const WARM_UPS = 20;
// What follows a payment's end (event log, reviews, webhooks) shows nowhere in the API, so it is given time.
const ONE_BY_ONE = { rounds: 5, pairs: 50, pollEveryMs: 10, settleMs: 300 };
const THROUGHPUT = { rounds: 3, payments: 100, clients: 8, pollEveryMs: 100 };

interface Accept {
  readonly product: Spread;
  readonly baseline: Spread;
  readonly ratio: Spread;
}

export interface EngineFigures {
  /** Milliseconds from sending POST /v1/payments to its 202, against a bare function that puts one item. */
  readonly accept: Accept & { readonly rounds: number; readonly requestsPerRound: number };
  /** Milliseconds from sending the POST to the first answer that shows `succeeded`. */
  readonly acceptToFinal: { readonly rounds: number; readonly paymentsPerRound: number; readonly p50: number; readonly p95: number };
  /** From the first POST until the last payment has succeeded. */
  readonly throughput: { readonly rounds: number; readonly paymentsPerRound: number; readonly clients: number; readonly paymentsPerSecond: number };
}

const rounds = async <Result>(count: number, round: () => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  for (let index = 0; index < count; index += 1) results.push(await round());
  return results;
};

/**
 * Product and baseline take turns, and take turns in going first, so that a slow moment of the machine meets both. Each payment
 * has ended, and the pipeline is at rest, before the next request is sent: nothing is timed in the wake of another.
 */
const oneByOneRound = async ({ api, nextPayment }: Payers, pairs: number): Promise<{ accept: Accept; toFinal: readonly number[] }> => {
  const times = { product: [] as number[], toFinal: [] as number[], baseline: [] as number[] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const payment = nextPayment();
    const product = async (): Promise<void> => {
      const startedAtMs = performance.now();
      const { id, ms } = await timedPost(api, PAYMENTS_PATH, payment);
      times.product.push(ms);
      await succeeded(api, id, ONE_BY_ONE.pollEveryMs);
      times.toFinal.push(performance.now() - startedAtMs);
      await pause(ONE_BY_ONE.settleMs);
    };
    const baseline = async (): Promise<void> => void times.baseline.push((await timedPost(api, BASELINE_PATH, payment)).ms);
    for (const post of pair % 2 === 0 ? [product, baseline] : [baseline, product]) await post();
  }
  const [product, baseline] = [spreadOf(times.product), spreadOf(times.baseline)];
  const ratio = { p50: product.p50 / baseline.p50, p95: product.p95 / baseline.p95, p99: product.p99 / baseline.p99 };
  return { accept: { product, baseline, ratio }, toFinal: times.toFinal };
};

const throughputRound = async (payers: Payers): Promise<number> => {
  const ids: string[] = [];
  let left = THROUGHPUT.payments;
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: THROUGHPUT.clients }, async () => {
    while (left > 0) {
      left -= 1;
      ids.push((await timedPost(payers.api, PAYMENTS_PATH, payers.nextPayment())).id);
    }
  }));
  for (const id of ids) await succeeded(payers.api, id, THROUGHPUT.pollEveryMs);
  return THROUGHPUT.payments / ((performance.now() - startedAtMs) / 1_000);
};

/** Measures over HTTPS, as a client does; each figure is the median of its rounds. */
export const measure = async (payers: Payers): Promise<EngineFigures> => {
  await step('warming up', () => oneByOneRound(payers, WARM_UPS));
  const single = await step('payments one by one, in turns with the baseline', () => rounds(ONE_BY_ONE.rounds, () => oneByOneRound(payers, ONE_BY_ONE.pairs)));
  const speeds = await step('payments per second', () => rounds(THROUGHPUT.rounds, () => throughputRound(payers)));
  const finals = single.map(({ toFinal }) => toFinal);
  return {
    accept: {
      rounds: ONE_BY_ONE.rounds,
      requestsPerRound: ONE_BY_ONE.pairs,
      product: medianSpread(single.map(({ accept }) => accept.product)),
      baseline: medianSpread(single.map(({ accept }) => accept.baseline)),
      ratio: medianSpread(single.map(({ accept }) => accept.ratio)),
    },
    acceptToFinal: {
      rounds: ONE_BY_ONE.rounds,
      paymentsPerRound: ONE_BY_ONE.pairs,
      p50: median(finals.map((times) => percentile(times, 0.5))),
      p95: median(finals.map((times) => percentile(times, 0.95))),
    },
    throughput: { rounds: THROUGHPUT.rounds, paymentsPerRound: THROUGHPUT.payments, clients: THROUGHPUT.clients, paymentsPerSecond: median(speeds) },
  };
};
