import { attribute, compare } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';

interface Partition {
  readonly name: string;
  readonly hash: number;
  readonly items: Item[];
}

/**
 * The items of a table or an index by partition, each partition sorted by the given attributes.
 * In an index the table's keys come last among them, so that entries with equal index keys have an order too.
 */
export class SortedItems {
  readonly partitionKey: string;
  readonly #order: readonly string[];
  readonly #partitions = new Map<string, Partition>();
  /** In the order of a scan; undefined when a partition has come or gone since. */
  #inOrder: readonly Partition[] | undefined;

  constructor(partitionKey: string, order: readonly string[]) {
    this.partitionKey = partitionKey;
    this.#order = order;
  }

  get(key: Item): Item | undefined {
    const items = this.#partitions.get(this.#partitionOf(key))?.items ?? [];
    const { found, position } = this.#locate(items, key);
    return found ? items[position] : undefined;
  }

  put(item: Item): void {
    const name = this.#partitionOf(item);
    const { items } = this.#partitions.get(name) ?? this.#add(name);
    const { found, position } = this.#locate(items, item);
    items.splice(position, found ? 1 : 0, item);
  }

  remove(key: Item): void {
    const name = this.#partitionOf(key);
    const items = this.#partitions.get(name)?.items ?? [];
    const { found, position } = this.#locate(items, key);
    if (found) items.splice(position, 1);
    if (items.length > 0) return;
    this.#partitions.delete(name);
    this.#inOrder = undefined;
  }

  /** A partition from its first item on, or from the one after `start`; backwards from its last, or from the one before. */
  *partition(value: AttributeValue, forward: boolean, start: Item | undefined): Generator<Item> {
    const items = this.#partitions.get(partitionName(value))?.items ?? [];
    const { found, position } = start === undefined ? { found: false, position: forward ? 0 : items.length } : this.#locate(items, start);
    const step = forward ? 1 : -1;
    for (let index = forward ? position + Number(found) : position - 1; ; index += step) {
      const item = items[index];
      if (item === undefined) return;
      yield item;
    }
  }

  samePartition(item: Item, value: AttributeValue): boolean {
    return this.#partitionOf(item) === partitionName(value);
  }

  /** Every item; partitions come in the order of a hash, because no reader may rely on another order. */
  all(): readonly Item[] {
    return this.#sorted().flatMap(({ items }) => items);
  }

  /** What comes after an item, there or not, in the order of `all()`. */
  *after(start: Item): Generator<Item> {
    const name = this.#partitionOf(start);
    const partitions = this.#sorted();
    for (let index = firstOf(partitions, { name, hash: scrambled(name) }); index < partitions.length; index += 1) {
      const partition = partitions[index];
      if (partition === undefined) return;
      const { found, position } = partition.name === name ? this.#locate(partition.items, start) : { found: false, position: 0 };
      yield* partition.items.slice(position + Number(found));
    }
  }

  /** The order inside a partition. */
  compareItems(left: Item, right: Item): number {
    for (const name of this.#order) {
      const a = attribute(left, name);
      const b = attribute(right, name);
      const order = a === undefined || b === undefined ? 0 : compare(a, b) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }

  /** Which part of a parallel scan reads the item: a range of the order of `all()`. */
  segmentOf(item: Item, segments: number): number {
    return Math.floor((scrambled(this.#partitionOf(item)) / 2 ** 32) * segments);
  }

  #add(name: string): Partition {
    const partition = { name, hash: scrambled(name), items: [] };
    this.#partitions.set(name, partition);
    this.#inOrder = undefined;
    return partition;
  }

  #sorted(): readonly Partition[] {
    this.#inOrder ??= [...this.#partitions.values()].sort(byHash);
    return this.#inOrder;
  }

  #partitionOf(item: Item): string {
    const value = attribute(item, this.partitionKey);
    if (value === undefined) throw new Error(`an item without its partition key ${this.partitionKey}`);
    return partitionName(value);
  }

  #locate(partition: readonly Item[], item: Item): { found: boolean; position: number } {
    let low = 0;
    let high = partition.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const candidate = partition[middle];
      const order = candidate === undefined ? 0 : this.compareItems(candidate, item);
      if (order === 0) return { found: true, position: middle };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { found: false, position: low };
  }
}

function byHash(a: Omit<Partition, 'items'>, b: Omit<Partition, 'items'>): number {
  return a.hash - b.hash || (a.name === b.name ? 0 : a.name < b.name ? -1 : 1);
}

/** Where the partition is in a sorted list, or the first after it. */
function firstOf(sorted: readonly Partition[], wanted: Omit<Partition, 'items'>): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = sorted[middle];
    if (candidate !== undefined && byHash(candidate, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function partitionName(value: AttributeValue): string {
  return String(Object.values(value)[0]);
}

/** FNV-1a, 32 bits. */
function scrambled(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
