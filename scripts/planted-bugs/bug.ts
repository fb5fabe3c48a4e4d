import type { Change } from '../change.ts';

/** One line of the product done wrong, as somebody might one day, which the fault simulation must find. */
export interface PlantedBug extends Change {
  /** Says what is wrong. */
  readonly name: string;
  /** What it breaks, for somebody who depends on it. */
  readonly breaks: string;
  /** One of the five that every simulation of such a system has to find, and quickly. */
  readonly isClassic?: true;
}
