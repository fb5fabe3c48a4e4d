import type { CarriedEvents } from './carried-events.ts';
import type { Carrier, SaidAgain } from './retelling-requests.ts';

/** Items written at the same time. */
const AT_ONCE = 10;

/**
 * Says entries again that their items carry, through the table's own stream and relay, under their old event ids.
 * 1. Items side by side, the entries of one item in their order, each by a write of its own: a stream record each.
 * 2. An entry that is not there is refused, and the others are said.
 * Safe to repeat and to break off anywhere: an event that is said twice is one event, by its id.
 */
export const sayAgain = async (events: CarriedEvents, carriers: readonly Carrier[]): Promise<SaidAgain> => {
  const waiting = [...carriers];
  let said = 0;
  const refused: { pk: string; sk: string; sequence: number }[] = [];
  const sayThoseOf = async ({ pk, sk, sequences }: Carrier): Promise<void> => {
    for (const sequence of sequences.toSorted((a, b) => a - b)) {
      if (await events.sayAgain({ pk, sk }, sequence)) said += 1;
      else refused.push({ pk, sk, sequence });
    }
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await sayThoseOf(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { said, refused };
};
