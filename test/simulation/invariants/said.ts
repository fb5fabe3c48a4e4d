import type { Observation } from '../contract.ts';

/** What was said once, as far as invariants read it. */
export interface Said {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly tenantid: string;
  readonly sequence: number;
  readonly emission: number;
}

const known = new WeakMap<Observation, readonly Said[]>();

/** What the bus took, in that order. */
export const saidIn = (observation: Observation): readonly Said[] => {
  const said = known.get(observation) ?? observation.published.map(({ at, detail }) => ({ ...(JSON.parse(detail) as Omit<Said, 'at'>), at }));
  known.set(observation, said);
  return said;
};

/** A stream keeps its records for a day: what was not read in it is said again when it is asked for, and by hand where it is public. */
const STREAM_KEEPS_MS = 24 * 3_600_000;
export const wereForgotten = ({ plan: { outages } }: Observation): boolean => outages.some(({ part, from, until }) => part.startsWith('relay:') && until - from >= STREAM_KEEPS_MS);
