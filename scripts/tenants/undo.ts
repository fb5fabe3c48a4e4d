import { TenantProblem } from './ports.ts';

/** What has been made so far, newest last, and how to be rid of it. */
export interface Undo {
  made(what: string, remove: () => Promise<void>): void;
}

/**
 * Runs steps in several services that have no common transaction. When one fails, what the earlier ones
 * made is removed again, newest first; what cannot be removed is named, so that nothing is left unsaid.
 */
export const allOrNothing = async <T>(steps: (undo: Undo) => Promise<T>): Promise<T> => {
  const made: { what: string; remove: () => Promise<void> }[] = [];
  try {
    return await steps({ made: (what, remove) => void made.push({ what, remove }) });
  } catch (error) {
    const left: string[] = [];
    for (const { what, remove } of made.toReversed()) {
      try {
        await remove();
      } catch {
        left.push(what);
      }
    }
    const cause = error instanceof Error ? error.message : String(error);
    const rest = left.length === 0 ? 'Everything made before was removed again.' : `Still there, please delete by hand: ${left.join('; ')}.`;
    throw new TenantProblem(`${cause} ${rest}`, { cause: error });
  }
};
