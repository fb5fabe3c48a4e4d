import { watchEngine } from '../../local/engine-process.ts';
import { unlessAborted } from '../../local/interruption.ts';
import type { Engine } from '../../local/engine.ts';

/** Settles as the work does, or rejects as soon as it is interrupted or an engine is gone: some work would ask one for ever. */
export const whileUp = async <Result>(engines: readonly Engine[], interrupted: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
  const watches = engines.map(({ paths, pid }) => watchEngine(paths.folder, pid));
  try {
    return await unlessAborted(work(), AbortSignal.any([interrupted, ...watches.map(({ gone }) => gone)]));
  } finally {
    for (const watch of watches) watch.end();
  }
};
