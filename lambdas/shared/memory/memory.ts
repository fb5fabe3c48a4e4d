import { clock } from '../time/clock.ts';

interface MemoryOptions {
  readonly forMs: number;
  /** What was kept first goes when there is more. */
  readonly atMost: number;
}

/** What an instance of a function knows between invocations. Only ever a cache: it is lost whenever Lambda likes. */
export interface Memory<Value> {
  /** Wrapped, so that what is known to be undefined can be told from what is not known. */
  recall(name: string): { readonly value: Value } | undefined;
  keep(name: string, value: Value): void;
}

let generation = 0;

/** As after a cold start. For tests and the simulation, which run one instance again and again. */
export const forgetEverything = (): void => {
  generation += 1;
};

export const memory = <Value>({ forMs, atMost }: MemoryOptions): Memory<Value> => {
  const kept = new Map<string, { readonly value: Value; readonly until: number; readonly generation: number }>();
  return {
    recall: (name) => {
      const known = kept.get(name);
      if (known !== undefined && known.generation === generation && clock.now() < known.until) return known;
      kept.delete(name);
      return undefined;
    },
    keep: (name, value) => {
      const [oldest] = kept.keys();
      if (kept.size >= atMost && oldest !== undefined) kept.delete(oldest);
      kept.set(name, { value, until: clock.now() + forMs, generation });
    },
  };
};
