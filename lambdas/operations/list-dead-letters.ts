import { ProblemError } from '../shared/http/problem.ts';
import { isVisibleTo, locate, oldestFirst } from './dead-letter.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterSource, Holding, Wanted } from './dead-letter-source.ts';

/** Letters that one answer tells of each source. */
const PER_SOURCE = 100;

export interface DeadLetterList {
  /** Oldest first. */
  readonly letters: readonly DeadLetter[];
  /** Names of sources that have more than is told. */
  readonly incomplete: readonly string[];
}

/**
 * What a tenant may see of the sources' dead letters.
 * 1. Take in hand what is there, in every source at once, up to a bound.
 * 2. Give all of it back, also when one source could not be read: that fails the list, which must not look empty.
 */
export const listDeadLetters = async (sources: readonly DeadLetterSource[], tenant: TenantId): Promise<DeadLetterList> => {
  const lists = await Promise.allSettled(sources.map(async (source) => {
    const { letters, complete } = await look(source, { isWanted: isVisibleTo(tenant) }, PER_SOURCE);
    return { letters, incomplete: complete ? [] : [source.name] };
  }));
  const failed = lists.find((list) => list.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const values = lists.flatMap((list) => (list.status === 'fulfilled' ? [list.value] : []));
  return { letters: values.flatMap(({ letters }) => letters).sort(oldestFirst), incomplete: values.flatMap(({ incomplete }) => incomplete) };
};

/**
 * @returns undefined when it is not there, or not for this tenant to see
 * @throws ProblemError service_unavailable when that cannot be told at the moment
 */
export const findDeadLetter = async (sources: readonly DeadLetterSource[], tenant: TenantId, id: string): Promise<DeadLetter | undefined> => {
  const source = sources.find(({ name }) => name === locate(id)?.source);
  if (source === undefined) return undefined;
  const visible = isVisibleTo(tenant);
  const { letters, complete } = await look(source, { isWanted: (letter) => letter.id === id && visible(letter), ids: [id] }, 1);
  // "It is not there" would be a guess while somebody else has a part of the source in hand.
  if (letters.length === 0 && !complete) throw new ProblemError('service_unavailable', 'Somebody else is looking through this source. Ask again in a few seconds.');
  return letters[0];
};

const look = async (source: DeadLetterSource, wanted: Wanted, atMost: number): Promise<Pick<Holding, 'letters' | 'complete'>> => {
  const holding = await source.hold(wanted, atMost);
  await holding.release();
  return holding;
};
