/** Drops parts of the list, halves first and single ones last, as long as `fails` says that the rest is enough. */
export const minimize = async <Item>(items: readonly Item[], fails: (rest: readonly Item[]) => Promise<boolean>, timeIsUp: () => boolean): Promise<readonly Item[]> => {
  let kept = items;
  if (kept.length === 0 || timeIsUp()) return kept;
  if (await fails([])) return [];
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length;) {
      if (timeIsUp()) return kept;
      const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (rest.length < kept.length && (await fails(rest))) kept = rest;
      else start += size;
    }
  }
  return kept;
};
