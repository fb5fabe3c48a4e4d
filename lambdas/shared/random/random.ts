import { randomBytes } from 'node:crypto';

export interface Randomness {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Cryptographically strong in production. */
  bytes(count: number): Uint8Array;
}

const systemRandomness: Randomness = {
  uniform: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
let current: Randomness = systemRandomness;

export const random: Randomness = { uniform: () => current.uniform(), bytes: (count) => current.bytes(count) };

/** For tests and the simulation; undefined puts the system's randomness back. */
export const useRandomness = (replacement: Randomness | undefined): void => {
  current = replacement ?? systemRandomness;
};

/**
 * Exponential back-off with equal jitter: half of it is certain, so that many tries surely outlast an outage of known length.
 * @param attempt 0 for the first retry
 */
export const equalJitterMs = (attempt: number, baseMs: number, capMs: number): number => {
  const half = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)) / 2;
  return Math.floor(half + current.uniform() * half);
};

/**
 * Exponential back-off with full jitter: uniform in [0, min(cap, base * 2^attempt)).
 * @param attempt 0 for the first retry
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const fullJitterMs = (attempt: number, baseMs: number, capMs: number): number =>
  Math.floor(current.uniform() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
