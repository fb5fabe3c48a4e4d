import { describeError, logWarning } from '../shared/observability/logger.ts';
import { clock } from '../shared/time/clock.ts';
import { timeLeftMs } from '../shared/time/deadline.ts';
import { timers } from '../shared/time/timers.ts';
import { NotRedrivable } from './dead-letter-source.ts';
import { isVisibleTo, oldestFirst } from './dead-letter.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterSource, Holding, Wanted } from './dead-letter-source.ts';

export interface RedriveDeadLetters {
  readonly tenant: TenantId;
  /** Client that does it. */
  readonly actor: string;
  readonly requestId: string;
  readonly source: DeadLetterSource;
  /** Absent: all that the tenant may see. */
  readonly ids?: readonly string[];
  readonly dryRun: boolean;
}

/**
 * redriven: sent again (would be, in a dry run). kept: it cannot be. failed: it could not be now. not_found: it is not here,
 * or not any more. busy: it was not found, but somebody else had a part of the source in hand; the same again finds it.
 */
export type RedriveStatus = 'redriven' | 'kept' | 'failed' | 'busy' | 'not_found';

export interface Redriven {
  readonly id: string;
  readonly status: RedriveStatus;
  readonly reason?: string;
}

export interface Redrive {
  readonly results: readonly Redriven[];
  /** Of those looked at, how many are still here. */
  readonly remaining: number;
  /** false: the source has more, of what was asked for, than was looked at; the same again, under another key, goes on. */
  readonly complete: boolean;
}

/** Letters that one call takes on. */
const AT_MOST = 100;
/** Time kept back to give back the rest, write what was done, and answer. */
const RESERVE_MS = 5_000;
const SECOND_LOOK_MS = 2_000;

/**
 * Sends dead letters back to where they were going.
 * 1. Take in hand what the caller may see and names; what it names and is not there is told as not_found,
 *    or as busy when others have some of it in hand, even after a second look.
 * 2. Write to the audit trail what is about to be done: an act without its entry must not be possible.
 * 3. Oldest first, one by one: send, then remove. One that fails does not hold up the others.
 * 4. Give back the rest, and write what came of it.
 * A dry run does the first step and tells what the others would do. Repeating it is harmless: what was redriven is
 * not there any more, and what was sent twice is applied once.
 */
export const redriveDeadLetters = async (trail: AuditTrail, command: RedriveDeadLetters): Promise<Redrive> => {
  const { ids, dryRun } = command;
  const holding = await holdPatiently(command);
  try {
    const letters = [...holding.letters].sort(oldestFirst);
    const results = dryRun ? letters.map(planned) : await redriveAll(trail, command, holding, letters);
    const found = new Set(letters.map(({ id }) => id));
    const missing = (ids ?? []).filter((id) => !found.has(id)).map((id) => notFound(id, holding));
    const gone = dryRun ? 0 : results.filter(({ status }) => status === 'redriven').length;
    // Of those that were named nothing more can be there when all were found.
    const complete = holding.complete || (ids !== undefined && missing.length === 0);
    return { results: [...results, ...missing], remaining: letters.length - gone, complete };
  } finally {
    await holding.release();
  }
};

/** Whoever lists has everybody's letters in hand, for seconds: named ones that are not found then are looked for once more. */
const holdPatiently = async ({ tenant, source, ids }: RedriveDeadLetters): Promise<Holding> => {
  const visible = isVisibleTo(tenant);
  const wanted: Wanted = ids === undefined ? { isWanted: visible } : { isWanted: (letter) => visible(letter) && ids.includes(letter.id), ids };
  const hold = (): Promise<Holding> => source.hold(wanted, ids?.length ?? AT_MOST);
  const first = await hold();
  if (ids === undefined || first.complete || first.letters.length === ids.length) return first;
  await first.release();
  await timers.sleep(SECOND_LOOK_MS);
  return hold();
};

const notFound = (id: string, { complete }: Holding): Redriven =>
  complete ? { id, status: 'not_found' } : { id, status: 'busy', reason: 'Somebody else is looking through this source, or it has more than one call looks at. Do the same again.' };

const planned = ({ id, obstacle }: DeadLetter): Redriven => ({ id, status: obstacle === undefined ? 'redriven' : 'kept', ...(obstacle === undefined ? {} : { reason: obstacle }) });

const redriveAll = async (trail: AuditTrail, command: RedriveDeadLetters, holding: Holding, letters: readonly DeadLetter[]): Promise<readonly Redriven[]> => {
  if (letters.every(({ obstacle }) => obstacle !== undefined)) return letters.map(planned);
  const { tenant, actor, requestId, source } = command;
  const entry = { actor, action: 'redrive-dead-letters', subject: source.name };
  await trail.append(tenant, { ...entry, id: requestId, at: clock.now(), details: { messages: letters.length } });
  const results: Redriven[] = [];
  for (const letter of letters) results.push(await redriveOne(holding, letter));
  const count = (wanted: RedriveStatus): number => results.filter(({ status }) => status === wanted).length;
  await trail.append(tenant, {
    ...entry, id: `${requestId}.done`, at: clock.now(), action: 'redrive-dead-letters.done', details: { redriven: count('redriven'), kept: count('kept'), failed: count('failed') },
  });
  return results;
};

const redriveOne = async (holding: Holding, letter: DeadLetter): Promise<Redriven> => {
  const { id, obstacle } = letter;
  if (obstacle !== undefined) return planned(letter);
  if (timeLeftMs() < RESERVE_MS) return { id, status: 'failed', reason: 'There was no time left for it: do the same again.' };
  try {
    await holding.redrive(letter);
    return { id, status: 'redriven' };
  } catch (error) {
    if (error instanceof NotRedrivable) return { id, status: 'kept', reason: error.message };
    logWarning('a dead letter could not be redriven', { error: describeError(error), ...(letter.messageId === undefined ? {} : { messageId: letter.messageId }) });
    return { id, status: 'failed', reason: 'AWS did not take it: it is still here. Do the same again.' };
  }
};
