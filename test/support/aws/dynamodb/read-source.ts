import type { Item } from './attribute-value.ts';
import type { Consumed } from './capacity.ts';
import { validationError } from './errors.ts';
import type { KeySchema } from './schema.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import type { SortedItems } from './sorted-items.ts';
import type { Table } from './table.ts';

interface AttributesUsed {
  readonly filtered: readonly string[];
  readonly projected: readonly string[];
}

/** What a Query or a Scan reads: a table or one of its indexes. */
export interface ReadSource {
  readonly keys: KeySchema;
  readonly items: SortedItems;
  readonly startKeyNames: readonly string[];
  startKey(item: Item): Item;
  consumed(units: number): Consumed;
  /** Throws what DynamoDB says to a read that this source cannot serve. */
  check(consistent: boolean, select: string | undefined, used: AttributesUsed): void;
}

export function readFrom(table: Table, indexName: string | undefined): ReadSource {
  const tableName = table.spec.name;
  if (indexName === undefined) {
    return {
      keys: table.keys,
      items: table.items,
      startKeyNames: table.keys.map(({ name }) => name),
      startKey: (item) => table.keyOf(item),
      consumed: (units) => ({ tableName, table: units, indexes: {} }),
      check: () => undefined,
    };
  }
  const index = table.indexes.get(indexName);
  if (index === undefined) throw validationError(`The table does not have the specified index: ${indexName}`);
  return {
    keys: index.keys,
    items: index.items,
    startKeyNames: index.startKeyNames,
    startKey: (item) => index.startKey(item),
    consumed: (units) => ({ tableName, table: 0, indexes: { [indexName]: units } }),
    check: (consistent, select, used) => checkIndexRead(index, consistent, select, used),
  };
}

function checkIndexRead(index: SecondaryIndex, consistent: boolean, select: string | undefined, used: AttributesUsed): void {
  const { name, projection } = index.spec;
  const invalid = 'One or more parameter values were invalid:';
  if (consistent) throw validationError('Consistent reads are not supported on global secondary indexes');
  if (select === 'ALL_ATTRIBUTES' && projection !== 'ALL') {
    throw validationError(`${invalid} Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} `
      + 'because its projection type is not ALL');
  }
  const lacking = (names: readonly string[]): string[] => names.filter((attribute) => !index.projects(attribute));
  const [projected, filtered] = [lacking(used.projected), lacking(used.filtered)];
  if (projected.length > 0) {
    throw validationError(`${invalid} Global secondary index ${name} does not project [${projected.join(', ')}]`);
  }
  if (filtered.length > 0) {
    throw validationError(
      `${invalid} Secondary index ${name} does not project one or more filter attributes: [${filtered.join(', ')}]`);
  }
}
