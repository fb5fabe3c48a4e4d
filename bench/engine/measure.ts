import { step } from '../../local/progress.ts';
import { median, medianSpread, percentile, spreadOf } from '../statistics.ts';
import { BASELINE_PATH } from './baseline.ts';
import { succeeded, timedPost } from './callers.ts';
import type { Spread } from '../statistics.ts';
import type { Payers } from './callers.ts';

const PAYMENTS_PATH = '/v1/payments';
const WARM_UPS = 20;
const LATENCY = { rounds: 5, pairs: 100 };
const COURSE = { rounds: 5, payments: 10, pollEveryMs: 10 };
const THROUGHPUT = { rounds: 3, payments: 100, clients: 8, pollEveryMs: 100 };

export interface EngineFigures {
  /** Milliseconds from sending POST /v1/payments to its 202, against a bare function that puts one item. */
  readonly accept: { readonly rounds: number; readonly requestsPerRound: number; readonly product: Spread; readonly baseline: Spread; readonly ratio: Spread };
  /** Milliseconds from sending the POST to the first answer that shows `succeeded`, one payment at a time. */
  readonly acceptToFinal: { readonly rounds: number; readonly paymentsPerRound: number; readonly p50: number; readonly p95: number };
  /** From the first POST until the last payment has succeeded. */
  readonly throughput: { readonly rounds: number; readonly paymentsPerRound: number; readonly clients: number; readonly paymentsPerSecond: number };
}

const allSucceeded = async ({ api }: Payers, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await succeeded(api, id, THROUGHPUT.pollEveryMs);
};

const rounds = async <Result>(count: number, round: () => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  for (let index = 0; index < count; index += 1) results.push(await round());
  return results;
};

/** Product and baseline take turns, and take turns in going first, so that a slow moment of the machine meets both. */
const acceptRound = async (payers: Payers, pairs: number): Promise<{ product: Spread; baseline: Spread; ratio: Spread }> => {
  const times = { product: [] as number[], baseline: [] as number[] };
  const ids: string[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const payment = payers.nextPayment();
    const product = async (): Promise<void> => {
      const { id, ms } = await timedPost(payers.api, PAYMENTS_PATH, payment);
      ids.push(id);
      times.product.push(ms);
    };
    const baseline = async (): Promise<void> => void times.baseline.push((await timedPost(payers.api, BASELINE_PATH, payment)).ms);
    for (const post of pair % 2 === 0 ? [product, baseline] : [baseline, product]) await post();
  }
  await allSucceeded(payers, ids);
  const [product, baseline] = [spreadOf(times.product), spreadOf(times.baseline)];
  return { product, baseline, ratio: { p50: product.p50 / baseline.p50, p95: product.p95 / baseline.p95, p99: product.p99 / baseline.p99 } };
};

const courseRound = async (payers: Payers): Promise<readonly number[]> =>
  rounds(COURSE.payments, async () => {
    const startedAtMs = performance.now();
    const { id } = await timedPost(payers.api, PAYMENTS_PATH, payers.nextPayment());
    await succeeded(payers.api, id, COURSE.pollEveryMs);
    return performance.now() - startedAtMs;
  });

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
  await allSucceeded(payers, ids);
  return THROUGHPUT.payments / ((performance.now() - startedAtMs) / 1_000);
};

/** Measures over HTTPS, as a client does; each figure is the median of its rounds. */
export const measure = async (payers: Payers): Promise<EngineFigures> => {
  await step('warming up', () => acceptRound(payers, WARM_UPS));
  const accepts = await step('accept latency, product and baseline in turns', () => rounds(LATENCY.rounds, () => acceptRound(payers, LATENCY.pairs)));
  const courses = await step('accept to final, one payment at a time', () => rounds(COURSE.rounds, () => courseRound(payers)));
  const speeds = await step('payments per second', () => rounds(THROUGHPUT.rounds, () => throughputRound(payers)));
  return {
    accept: {
      rounds: LATENCY.rounds,
      requestsPerRound: LATENCY.pairs,
      product: medianSpread(accepts.map(({ product }) => product)),
      baseline: medianSpread(accepts.map(({ baseline }) => baseline)),
      ratio: medianSpread(accepts.map(({ ratio }) => ratio)),
    },
    acceptToFinal: {
      rounds: COURSE.rounds,
      paymentsPerRound: COURSE.payments,
      p50: median(courses.map((times) => percentile(times, 0.5))),
      p95: median(courses.map((times) => percentile(times, 0.95))),
    },
    throughput: { rounds: THROUGHPUT.rounds, paymentsPerRound: THROUGHPUT.payments, clients: THROUGHPUT.clients, paymentsPerSecond: median(speeds) },
  };
};
