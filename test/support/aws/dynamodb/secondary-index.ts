import { attribute, equalItems } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import { writeUnits } from './capacity.ts';
import { itemSizeBytes } from './item-size.ts';
import { checkIndexKeys, keySchema } from './schema.ts';
import type { IndexSpec, KeySchema } from './schema.ts';
import { SortedItems } from './sorted-items.ts';

/** A global secondary index, kept in step with its table at once: the reads that AWS gives late are never late here. */
export class SecondaryIndex {
  readonly spec: IndexSpec;
  readonly keys: KeySchema;
  readonly items: SortedItems;
  readonly #keyNames: readonly string[];

  constructor(spec: IndexSpec, tableKeys: KeySchema) {
    this.spec = spec;
    this.keys = keySchema(spec);
    this.#keyNames = [...new Set([...this.keys, ...tableKeys].map(({ name }) => name))];
    this.items = new SortedItems(this.keys[0].name, this.#keyNames.slice(1));
  }

  check(item: Item): void {
    checkIndexKeys(item, this.spec.name, this.keys);
  }

  /** Whether the index holds the attribute. */
  projects(name: string): boolean {
    const { projection } = this.spec;
    return projection === 'ALL' || this.#keyNames.includes(name)
      || (projection !== 'KEYS_ONLY' && projection.include.includes(name));
  }

  /** The index's and the table's key of an entry: what a LastEvaluatedKey has. */
  startKey(entry: Item): Item {
    return pick(entry, this.#keyNames);
  }

  get startKeyNames(): readonly string[] {
    return this.#keyNames;
  }

  /** Follows a change of the table; answers the write units that it costs. */
  follow(before: Item | undefined, after: Item | undefined): number {
    const old = before && this.#entry(before);
    const fresh = after && this.#entry(after);
    if (old === undefined && fresh === undefined) return 0;
    if (old !== undefined && fresh !== undefined && equalItems(old, fresh)) return 0;
    const sameKeys = old !== undefined && fresh !== undefined && equalItems(this.startKey(old), this.startKey(fresh));
    if (old !== undefined) this.items.remove(old);
    if (fresh !== undefined) this.items.put(fresh);
    const oldBytes = old === undefined ? 0 : itemSizeBytes(old);
    const freshBytes = fresh === undefined ? 0 : itemSizeBytes(fresh);
    if (sameKeys) return writeUnits(Math.max(oldBytes, freshBytes));
    return (old === undefined ? 0 : writeUnits(oldBytes)) + (fresh === undefined ? 0 : writeUnits(freshBytes));
  }

  /** Takes up an item that the table has been given without a write. */
  restore(item: Item): void {
    const entry = this.#entry(item);
    if (entry !== undefined) this.items.put(entry);
  }

  /** What the index holds of the item, or nothing if the item lacks one of its keys (a sparse index). */
  #entry(item: Item): Item | undefined {
    if (this.keys.some(({ name }) => attribute(item, name) === undefined)) return undefined;
    const { projection } = this.spec;
    if (projection === 'ALL') return item;
    return pick(item, projection === 'KEYS_ONLY' ? this.#keyNames : [...this.#keyNames, ...projection.include]);
  }
}

function pick(item: Item, names: readonly string[]): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = attribute(item, name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
