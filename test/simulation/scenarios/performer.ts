import * as z from 'zod';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { insist } from './insist.ts';
import type { Caller } from '../contract.ts';
import type { Book } from './book.ts';

export interface Hand {
  readonly caller: Caller;
  readonly book: Book;
}

/** Does one kind of step. */
export interface Performer {
  /** @throws ZodError when the plan's data is not what the step takes */
  perform(hand: Hand, given: Readonly<Record<string, unknown>>): Promise<void>;
}

export const performer = <Schema extends z.ZodType>(schema: Schema, perform: (hand: Hand, given: z.infer<Schema>) => Promise<void>): Performer => ({
  perform: (hand, given) => perform(hand, schema.parse(given)),
});

export const tenant = z.string();
export const name = z.string();
export const key = z.string();
export const minor = z.int();
export const currency = z.string();

const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 60_000;
const ends = ['succeeded', 'declined', 'canceled', 'expired', 'failed'];

/** Statuses that are waited for before a step is done; ends with the payment at the latest. */
export const after = z.object({ statuses: z.array(z.string()), forMs: z.int() }).optional();

/** Reads a payment until it has one of the statuses, has ended, or the time is over. */
export const waitFor = async ({ caller }: Hand, of: string, payment: string, wanted: z.infer<typeof after>): Promise<void> => {
  if (wanted === undefined) return;
  const until = caller.now() + wanted.forMs;
  for (let pause = FIRST_LOOK_MS; caller.now() < until; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
    const answer = await insist(caller, routes.getPayment, { tenant: of, path: { id: payment } });
    const status = String(answer?.body['status']);
    if (wanted.statuses.includes(status) || ends.includes(status)) return;
    await caller.sleep(pause);
  }
};
