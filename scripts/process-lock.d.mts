export interface LockHolder {
  /** Undefined for the moment in which the holder has not written it yet. */
  readonly pid: number | undefined;
  /** ISO 8601 time. */
  readonly since: string | undefined;
}

export type LockAttempt =
  | { readonly release: () => void; readonly holder?: undefined }
  | { readonly holder: LockHolder; readonly release?: undefined };

/** The arguments a process was started with, separated by spaces; undefined when there is no such process. */
export function commandLineOf(pid: number): string | undefined;
export function lockHolder(file: string): LockHolder | undefined;
export function takeLock(file: string): LockAttempt;
/** Resolves the function that releases it. */
export function waitForLock(file: string, tell: (holder: LockHolder) => void): Promise<() => void>;
