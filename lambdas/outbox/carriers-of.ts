import type { CarriedEvent, Carrier } from './retelling-requests.ts';

/** The items that carry these events, each once with the entries to say: carriers are said side by side, an item's entries in order. */
export const carriersOf = (events: readonly Pick<CarriedEvent, 'pk' | 'sk' | 'sequence'>[]): Carrier[] => {
  const carriers = new Map<string, Carrier>();
  for (const { pk, sk, sequence } of events) {
    const name = JSON.stringify([pk, sk]);
    const { sequences } = carriers.get(name) ?? { sequences: [] };
    carriers.set(name, { pk, sk, sequences: [...new Set([...sequences, sequence])] });
  }
  return [...carriers.values()];
};
