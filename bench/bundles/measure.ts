import { bundle, bundleAll, handlerFiles } from './bundles.ts';
import { importTimes } from './imports.ts';
import type { ImportTime } from './imports.ts';

export interface BundleFigures extends ImportTime {
  readonly kilobytes: number;
}

/** Size and cold import of every function's bundle; the reference is `bench/bundles/reference.handler.ts`. */
export const measureBundles = async (folder: string): Promise<{ readonly referenceKilobytes: number; readonly functions: readonly BundleFigures[] }> => {
  const [reference, bundles] = await Promise.all([bundle('bench/bundles/reference.handler.ts', folder), bundleAll(handlerFiles(), folder)]);
  const sizes = new Map(bundles.map(({ name, kilobytes }) => [name, kilobytes]));
  const times = await importTimes(reference, bundles);
  return { referenceKilobytes: reference.kilobytes, functions: times.map((time) => ({ ...time, kilobytes: sizes.get(time.name) ?? NaN })) };
};
