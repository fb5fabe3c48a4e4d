const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

export type ReturnConsumedCapacity = 'NONE' | 'TOTAL' | 'INDEXES';

/** Units of one or more calls on one table. */
export interface Consumed {
  readonly tableName: string;
  readonly table: number;
  readonly indexes: Readonly<Record<string, number>>;
}

/** Units of a plain write of an item of this size; the larger of the old and the new item counts. */
export function writeUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / WRITE_UNIT_BYTES));
}

/** Units of a read of this many bytes; an eventually consistent one costs half. */
export function readUnits(sizeBytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(sizeBytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);
}

/** One entry per table, added up. */
export function addUp(parts: readonly Consumed[]): Consumed[] {
  const tables = new Map<string, Consumed>();
  for (const part of parts) {
    const sum = tables.get(part.tableName) ?? { tableName: part.tableName, table: 0, indexes: {} };
    const indexes = { ...sum.indexes };
    for (const [name, units] of Object.entries(part.indexes)) indexes[name] = (indexes[name] ?? 0) + units;
    tables.set(part.tableName, { tableName: part.tableName, table: sum.table + part.table, indexes });
  }
  return [...tables.values()];
}

/** Both writes of a transaction, prepare and commit, are billed; the same is assumed of its index writes, to be on the safe side. */
export function doubled(consumed: Consumed): Consumed {
  const indexes = Object.fromEntries(Object.entries(consumed.indexes).map(([name, units]) => [name, units * 2]));
  return { ...consumed, table: consumed.table * 2, indexes };
}

/** `{ ConsumedCapacity }` of an answer about one table, or nothing if it was not asked for. */
export function reportOne(mode: ReturnConsumedCapacity | undefined, consumed: Consumed): object {
  return mode === 'TOTAL' || mode === 'INDEXES' ? { ConsumedCapacity: describe(mode, consumed) } : {};
}

/** The same for answers about several tables; transactions also say which kind of unit. */
export function reportAll(
  mode: ReturnConsumedCapacity | undefined, parts: readonly Consumed[], kind?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): object {
  if (mode !== 'TOTAL' && mode !== 'INDEXES') return {};
  return { ConsumedCapacity: addUp(parts).map((part) => describe(mode, part, kind)) };
}

function describe(mode: 'TOTAL' | 'INDEXES', consumed: Consumed, kind?: string): object {
  const indexes = Object.entries(consumed.indexes).filter(([, units]) => units > 0);
  const units = (count: number): object => ({ CapacityUnits: count, ...(kind === undefined ? {} : { [kind]: count }) });
  const total = indexes.reduce((sum, [, count]) => sum + count, consumed.table);
  const byIndex = Object.fromEntries(indexes.map(([name, count]) => [name, units(count)]));
  return {
    TableName: consumed.tableName,
    ...units(total),
    ...(mode === 'INDEXES' ? { Table: units(consumed.table) } : {}),
    ...(mode === 'INDEXES' && indexes.length > 0 ? { GlobalSecondaryIndexes: byIndex } : {}),
  };
}
