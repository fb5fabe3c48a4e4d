import type { DeadLetter } from './dead-letter.ts';

export interface Wanted {
  /** What is not wanted may be looked at too, and is given back. */
  readonly isWanted: (letter: DeadLetter) => boolean;
  /** @default any that is wanted; none but these when they are named */
  readonly ids?: readonly string[];
}

/** Where dead letters are kept: a queue, or what was parked of a service. What is in it stays there until it is redriven. */
export interface DeadLetterSource {
  readonly name: string;
  /**
   * Takes letters in hand, for as long as one invocation can last; nobody else gets them until then. Bounded in
   * letters, bytes and time, so that a long queue cannot hold an answer up.
   * @param atMost counts what is wanted
   */
  hold(wanted: Wanted, atMost: number): Promise<Holding>;
}

/** Nothing can send it back, however often it is tried; the message says why, to the caller. */
export class NotRedrivable extends Error {}

export interface Holding {
  /** What is wanted of what was found, in no order. */
  readonly letters: readonly DeadLetter[];
  /** false: there is more than was looked at, or somebody else has some of it in hand at the moment. */
  readonly complete: boolean;
  /**
   * Sends one back to where it was going, and removes it only after that: a crash in between sends it twice,
   * which changes nothing, because consumers know what they have applied.
   * @throws NotRedrivable when it is only seen now that it cannot be
   */
  redrive(letter: DeadLetter): Promise<void>;
  /** Gives back what is still here. Not called, or failed: it shows again by itself, within half a minute. */
  release(): Promise<void>;
}
