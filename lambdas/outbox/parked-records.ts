/** An object of the parking bucket: a stream record that a relay could not publish, or a batch that Lambda gave up. */
export interface FoundObject {
  readonly key: string;
  /** When it was parked, epoch milliseconds. */
  readonly since: number;
  readonly bytes: number;
}

/** Port of what was parked of one service's table, and of nobody else's. */
export interface ParkedRecords {
  /** In key order, behind `after`. */
  list(after: string | undefined, atMost: number): Promise<readonly FoundObject[]>;
  /** @returns undefined when it is not there, or is not of this service's table */
  find(key: string): Promise<FoundObject | undefined>;
  /** @returns undefined when it is not there any more */
  read(key: string): Promise<string | undefined>;
  remove(key: string): Promise<void>;
}
