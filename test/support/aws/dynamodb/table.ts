import type { Account } from '../account.ts';
import { equalItems } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import { readUnits, writeUnits } from './capacity.ts';
import type { Consumed } from './capacity.ts';
import { validationError } from './errors.ts';
import { itemSizeBytes } from './item-size.ts';
import { checkKeyTypes, keySchema } from './schema.ts';
import type { KeySchema, TableSpec } from './schema.ts';
import { SecondaryIndex } from './secondary-index.ts';
import { SortedItems } from './sorted-items.ts';
import { TableStream } from './stream.ts';

const MAX_ITEM_BYTES = 400 * 1024;
/** So far behind may be what is not read strongly consistent. */
export const LAG_MS = 3_000;

interface Change {
  readonly at: number;
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** One table with its indexes and its stream. */
export class Table {
  readonly spec: TableSpec;
  readonly arn: string;
  readonly keys: KeySchema;
  readonly items: SortedItems;
  readonly indexes: ReadonlyMap<string, SecondaryIndex>;
  readonly stream: TableStream | undefined;
  #recent: Change[] = [];
  #dropAt = 64;

  constructor(spec: TableSpec, { region, accountId }: Account) {
    this.spec = spec;
    this.arn = `arn:aws:dynamodb:${region}:${accountId}:table/${spec.name}`;
    this.keys = keySchema(spec);
    this.items = new SortedItems(this.keys[0].name, this.keys.slice(1).map(({ name }) => name));
    this.indexes = new Map((spec.indexes ?? []).map((index) => [index.name, new SecondaryIndex(index, this.keys)]));
    this.stream = spec.stream === true ? new TableStream(this.arn, region) : undefined;
  }

  get(key: Item): Item | undefined {
    return this.items.get(key);
  }

  /** Whether the item's keys have the types that the table and its indexes need. */
  checkTypes(item: Item): void {
    checkKeyTypes(item, this.keys);
    for (const index of this.indexes.values()) index.check(item);
  }

  refuseTooLarge(item: Item, message = 'Item size has exceeded the maximum allowed size'): void {
    if (itemSizeBytes(item) > MAX_ITEM_BYTES) throw validationError(message);
  }

  keyOf(item: Item): Item {
    const key: Record<string, AttributeValue> = {};
    for (const { name } of this.keys) {
      const value = item[name];
      if (value !== undefined) key[name] = value;
    }
    return key;
  }

  /** Replaces the item at the key (undefined: none); a write that changes nothing makes no stream record. */
  replace(key: Item, after: Item | undefined, at: number, byTtl = false): Consumed {
    const before = this.get(key);
    const indexes = this.#set({ key, before, after });
    if (!byTtl) this.#remember({ at, key, before, after });
    const changed = before === undefined || after === undefined ? before !== after : !equalItems(before, after);
    if (changed) this.stream?.append({ keys: this.keyOf(key), before, after, at, byTtl });
    return { tableName: this.spec.name, table: this.#writeUnits(before, after), indexes };
  }

  /** Puts what has been there for long: nothing is checked, counted or told to the stream. */
  restore(item: Item): void {
    this.items.put(item);
    for (const index of this.indexes.values()) index.restore(item);
  }

  /** Whether there is anything that a read may not know of yet. */
  hasChangedBy(now: number): boolean {
    return now - (this.#recent.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < LAG_MS;
  }

  /**
   * Reads as a replica or an index may answer that is behind: changes of the last seconds are not there yet, each item by itself.
   * @param isMissing of a change: the item's key and how many milliseconds ago it was made
   */
  behind<Result>(now: number, isMissing: (key: Item, ageMs: number) => boolean, read: () => Result): Result {
    const missing = this.#recent.filter(({ at, key }) => now - at < LAG_MS && isMissing(key, now - at));
    for (const { key, before, after } of missing.toReversed()) this.#set({ key, before: after, after: before });
    try {
      return read();
    } finally {
      for (const change of missing) this.#set(change);
    }
  }

  readCost(sizeBytes: number, consistent: boolean): Consumed {
    return { tableName: this.spec.name, table: readUnits(sizeBytes, consistent), indexes: {} };
  }

  /** Deletes what has expired by `nowMs`, as TTL does some day; answers how many. */
  expireItems(nowMs: number): number {
    const { ttlAttribute } = this.spec;
    if (ttlAttribute === undefined) return 0;
    const expired = this.items.all().filter((item) => {
      const expiry = item[ttlAttribute];
      return expiry !== undefined && 'N' in expiry && Number(expiry.N) * 1000 <= nowMs;
    });
    for (const item of expired) this.replace(this.keyOf(item), undefined, nowMs, true);
    return expired.length;
  }

  #remember(change: Change): void {
    this.#recent.push(change);
    // What is old is dropped in large pieces: a write costs the same, however many there were before it.
    if (this.#recent.length < this.#dropAt) return;
    this.#recent = this.#recent.filter(({ at }) => change.at - at < LAG_MS);
    this.#dropAt = 2 * this.#recent.length + 64;
  }

  #set({ key, before, after }: Omit<Change, 'at'>): Record<string, number> {
    if (after !== undefined) this.items.put(after);
    else if (before !== undefined) this.items.remove(key);
    return Object.fromEntries([...this.indexes].map(([name, index]) => [name, index.follow(before, after)]));
  }

  #writeUnits(before: Item | undefined, after: Item | undefined): number {
    return writeUnits(Math.max(before === undefined ? 0 : itemSizeBytes(before), after === undefined ? 0 : itemSizeBytes(after)));
  }
}
