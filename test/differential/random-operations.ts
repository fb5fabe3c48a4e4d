import {
  BatchGetItemCommand, BatchWriteItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, KeysAndAttributes, TransactWriteItem, WriteRequest } from '@aws-sdk/client-dynamodb';
import { Random } from './random.ts';
import { given, RandomExpressions } from './random-expressions.ts';
import { RandomValues } from './random-values.ts';
import type { Values } from './random-values.ts';
import type { TableSpec } from '../support/aws/dynamodb/schema.ts';

export type Command =
  | PutItemCommand | UpdateItemCommand | DeleteItemCommand | GetItemCommand | BatchGetItemCommand | BatchWriteItemCommand
  | TransactWriteItemsCommand | QueryCommand | ScanCommand;

/** As the product's tables are, with indexes of each projection. */
export const tableNamed = (name: string): TableSpec => ({
  name, partitionKey: 'pk', sortKey: 'sk', stream: true,
  indexes: [
    { name: 'keys', partitionKey: 'gp', sortKey: 'gs', projection: 'KEYS_ONLY' },
    { name: 'all', partitionKey: 'gp', sortKey: 'gs', projection: 'ALL' },
    { name: 'some', partitionKey: 'gs', projection: { include: ['n1'] } },
  ],
});

const sources = {
  table: { partition: 'pk', sort: 'sk', values: ['a', 'b'] },
  keys: { partition: 'gp', sort: 'gs', values: ['x', 'y'] },
  all: { partition: 'gp', sort: 'gs', values: ['x', 'y'] },
  some: { partition: 'gs', sort: undefined, values: ['1a1', '2b2'] },
} as const;

/** Makes the same commands from the same seed; values and expressions are chosen to meet each other often, and to fail often. */
export class RandomOperations {
  readonly #table: string;
  readonly #random: Random;
  readonly #values: RandomValues;
  readonly #expressions: RandomExpressions;

  constructor(table: string, seed: number) {
    this.#table = table;
    this.#random = new Random(seed);
    this.#values = new RandomValues(this.#random);
    this.#expressions = new RandomExpressions(this.#values);
  }

  next(): Command {
    const updated = ['ALL_NEW', 'ALL_OLD', 'NONE'] as const;
    return this.#random.pick<() => Command>([
      () => new PutItemCommand({ ...this.#put(), ...this.#units(), ReturnValues: 'ALL_OLD' }),
      () => new UpdateItemCommand({ ...this.#update(), ...this.#units(), ReturnValues: this.#random.pick(updated) }),
      () => new UpdateItemCommand({ ...this.#update(), ...this.#units(), ReturnValues: this.#random.pick(updated) }),
      () => new DeleteItemCommand({ ...this.#delete(), ...this.#units(), ReturnValues: 'ALL_OLD' }),
      () => new TransactWriteItemsCommand({ TransactItems: this.#random.several(() => this.#transactItem()), ...this.#token() }),
      () => new QueryCommand({ ...this.#query(), ...this.#page(), ...this.#units() }),
      () => new ScanCommand({ TableName: this.#table, ...this.#expressions.condition('FilterExpression'), ...this.#page() }),
      () => new GetItemCommand({ TableName: this.#table, Key: this.#key(), ...this.#projection(), ...this.#units(), ConsistentRead: this.#random.chance(0.5) }),
      () => new BatchGetItemCommand({ RequestItems: { [this.#table]: this.#keys() } }),
      () => new BatchWriteItemCommand({ RequestItems: { [this.#table]: this.#random.several(() => this.#batchItem()) } }),
    ])();
  }

  #keys(): KeysAndAttributes {
    return { Keys: this.#random.several(() => this.#key()), ...this.#projection(), ConsistentRead: this.#random.chance(0.5) };
  }

  #batchItem(): WriteRequest {
    return this.#random.chance(0.6) ? { PutRequest: { Item: this.#item() } } : { DeleteRequest: { Key: this.#key() } };
  }

  /** A token that came before, with another transaction or the same, is refused or answered from there. */
  #token(): object {
    return this.#random.chance(0.2) ? { ClientRequestToken: `${this.#table}-${this.#random.pick(['1', '2', '3'])}`.slice(-36) } : {};
  }

  #item(): Values {
    const key = this.#key();
    const indexed = { ...(this.#random.chance(0.6) ? { gp: { S: this.#random.pick(['x', 'y']) } } : {}), ...(this.#random.chance(0.6) ? { gs: sortOf(key, this.#random) } : {}) };
    return { ...Object.fromEntries(this.#random.several(() => this.#values.attribute(), 6)), ...indexed, ...key };
  }

  #put(): { TableName: string; Item: Values } {
    return { TableName: this.#table, Item: this.#item(), ...this.#condition() };
  }

  #delete(): { TableName: string; Key: Values } {
    return { TableName: this.#table, Key: this.#key(), ...this.#condition() };
  }

  #update(): { TableName: string; Key: Values; UpdateExpression: string } {
    const bound: Values = {};
    const Key = this.#key();
    const UpdateExpression = this.#expressions.update(bound, sortOf(Key, this.#random));
    const condition = this.#random.chance(0.3) ? { ConditionExpression: this.#expressions.test(bound), ...this.#onFailure() } : {};
    return { TableName: this.#table, Key, UpdateExpression, ...condition, ...given(bound) };
  }

  #transactItem(): TransactWriteItem {
    return this.#random.pick<() => TransactWriteItem>([
      () => ({ Put: this.#put() }), () => ({ Update: this.#update() }), () => ({ Delete: this.#delete() }), () => ({ ConditionCheck: this.#check() }),
    ])();
  }

  #check(): NonNullable<TransactWriteItem['ConditionCheck']> {
    const bound: Values = {};
    const ConditionExpression = this.#random.chance(0.5) ? 'attribute_exists(pk)' : this.#expressions.test(bound);
    return { TableName: this.#table, Key: this.#key(), ConditionExpression, ...given(bound), ...this.#onFailure() };
  }

  #query(): ConstructorParameters<typeof QueryCommand>[0] {
    const index = this.#random.pick(['table', 'keys', 'all', 'some'] as const);
    const { partition, sort, values } = sources[index];
    const bound: Values = { ':p': { S: this.#random.pick(values) } };
    const range = sort === undefined ? '' : this.#random.pick(['', ` AND ${sort} > :s`, ` AND ${sort} <= :s`, ` AND begins_with(${sort}, :s)`, ` AND ${sort} BETWEEN :s AND :t`]);
    if (range !== '') bound[':s'] = { S: this.#random.pick(['1', '2']) };
    if (range.includes(':t')) bound[':t'] = { S: this.#random.pick(['2', '3']) };
    const hasAll = index === 'table' || index === 'all';
    const filter = hasAll && this.#random.chance(0.5) ? { FilterExpression: this.#expressions.test(bound) } : {};
    const shown = this.#random.chance(0.2) ? { Select: 'COUNT' as const } : hasAll ? this.#projection() : {};
    return {
      TableName: this.#table, ...(index === 'table' ? { ConsistentRead: this.#random.chance(0.5) } : { IndexName: index }),
      KeyConditionExpression: `${partition} = :p${range}`, ScanIndexForward: this.#random.chance(0.5), ...filter, ...shown, ExpressionAttributeValues: bound,
    };
  }

  #page(): object {
    return this.#random.chance(0.5) ? { Limit: this.#random.pick([1, 2, 3]) } : {};
  }

  #projection(): object {
    if (this.#random.chance(0.6)) return {};
    return { ProjectionExpression: [...new Set(this.#random.several(() => this.#values.name()))].join(', ') };
  }

  #condition(): object {
    const condition = this.#expressions.condition('ConditionExpression');
    return Object.keys(condition).length === 0 ? {} : { ...condition, ...this.#onFailure() };
  }

  #units(): object {
    return this.#random.chance(0.3) ? { ReturnConsumedCapacity: this.#random.pick(['TOTAL', 'INDEXES'] as const) } : {};
  }

  #onFailure(): object {
    return this.#random.chance(0.5) ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {};
  }

  #key(): Values {
    return { pk: { S: this.#random.pick(['a', 'b']) }, sk: { S: this.#random.pick(['1', '2', '3']) } };
  }
}

/** The sort key of an item in an index: its own, because the order of equal ones is nowhere said. */
const sortOf = ({ pk, sk }: Values, random: Random): AttributeValue => ({ S: `${random.pick(['1', '2'])}${pk?.S ?? ''}${sk?.S ?? ''}` });
