import { attribute, compare } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';

/**
 * The items of a table or an index by partition, each partition sorted by the given attributes.
 * In an index the table's keys come last among them, so that entries with equal index keys have an order too.
 */
export class SortedItems {
  readonly partitionKey: string;
  readonly #order: readonly string[];
  readonly #partitions = new Map<string, Item[]>();

  constructor(partitionKey: string, order: readonly string[]) {
    this.partitionKey = partitionKey;
    this.#order = order;
  }

  get(key: Item): Item | undefined {
    const partition = this.#partitions.get(this.#partitionOf(key)) ?? [];
    const { found, position } = this.#locate(partition, key);
    return found ? partition[position] : undefined;
  }

  put(item: Item): void {
    const name = this.#partitionOf(item);
    const partition = this.#partitions.get(name) ?? [];
    this.#partitions.set(name, partition);
    const { found, position } = this.#locate(partition, item);
    partition.splice(position, found ? 1 : 0, item);
  }

  remove(key: Item): void {
    const name = this.#partitionOf(key);
    const partition = this.#partitions.get(name) ?? [];
    const { found, position } = this.#locate(partition, key);
    if (found) partition.splice(position, 1);
    if (partition.length === 0) this.#partitions.delete(name);
  }

  partition(value: AttributeValue): readonly Item[] {
    return this.#partitions.get(partitionName(value)) ?? [];
  }

  samePartition(item: Item, value: AttributeValue): boolean {
    return this.#partitionOf(item) === partitionName(value);
  }

  /** Every item; partitions come in the order of a hash, because no reader may rely on another order. */
  all(): readonly Item[] {
    return [...this.#partitions]
      .map(([name, items]) => ({ name, items, hash: scrambled(name) }))
      .sort((a, b) => a.hash - b.hash || (a.name < b.name ? -1 : 1))
      .flatMap(({ items }) => items);
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

  /** The order of `all()`. */
  compareAcrossPartitions(left: Item, right: Item): number {
    const [a, b] = [this.#partitionOf(left), this.#partitionOf(right)];
    if (a === b) return this.compareItems(left, right);
    return scrambled(a) - scrambled(b) || (a < b ? -1 : 1);
  }

  /** Which part of a parallel scan reads the item: a range of the order of `all()`. */
  segmentOf(item: Item, segments: number): number {
    return Math.floor((scrambled(this.#partitionOf(item)) / 2 ** 32) * segments);
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
