/** Where and when the in-memory services live. */
export interface Account {
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new id in the form of a UUID; the same run gives the same ids. */
  readonly newId: () => string;
}

export function makeAccount(region: string, now: () => number): Account {
  let count = 0;
  return {
    region,
    accountId: '111111111111',
    now,
    newId: () => {
      count += 1;
      return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
    },
  };
}
