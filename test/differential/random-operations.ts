import {
  DeleteItemCommand, PutItemCommand, QueryCommand, ScanCommand, TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';

type Values = Record<string, AttributeValue>;
type Kind = 'n' | 'l' | 'm' | 's';

/** Makes the same commands from the same randomness; values and expressions are chosen to meet each other often, and to fail often. */
export class RandomOperations {
  readonly #table: string;
  readonly #random: () => number;

  constructor(table: string, random: () => number) {
    this.#table = table;
    this.#random = random;
  }

  next(): object {
    return this.#pick([
      () => new PutItemCommand({ ...this.#put(), ReturnValues: 'ALL_OLD' }),
      () => new UpdateItemCommand({ ...this.#update(), ReturnValues: 'ALL_NEW' }),
      () => new UpdateItemCommand({ ...this.#update(), ReturnValues: 'ALL_OLD' }),
      () => new DeleteItemCommand({ ...this.#delete(), ReturnValues: 'ALL_OLD' }),
      () => new TransactWriteItemsCommand({ TransactItems: this.#several(() => this.#transactItem()) }),
      () => new QueryCommand(this.#query()),
      () => new ScanCommand({ TableName: this.#table, ...this.#condition('FilterExpression') }),
    ])();
  }

  #put(): { TableName: string; Item: Values } {
    const attributes = this.#several(() => this.#attribute(), 6);
    const Item = { ...Object.fromEntries(attributes), ...this.#key() };
    return { TableName: this.#table, Item, ...this.#condition('ConditionExpression') };
  }

  #attribute(depth = 0): readonly [string, AttributeValue] {
    const kind = this.#pick<Kind>(['n', 'l', 'm', 's']);
    const inner = (): AttributeValue => this.#value(depth + 1);
    const values: Record<Kind, () => AttributeValue> = {
      n: () => this.#number(),
      l: () => ({ L: this.#several(inner) }),
      m: () => ({ M: Object.fromEntries(this.#several(() => (depth > 1 ? ['n1', inner()] as const : this.#attribute(depth + 1)))) }),
      s: () => this.#set(),
    };
    return [this.#name(kind), this.#random() < 0.1 ? this.#value() : values[kind]()];
  }

  #delete(): { TableName: string; Key: Values } {
    return { TableName: this.#table, Key: this.#key(), ...this.#condition('ConditionExpression') };
  }

  #update(): { TableName: string; Key: Values; UpdateExpression: string } {
    const values: Values = {};
    const sections: [string, () => string][] = [
      ['SET', () => this.#assignment(values)],
      ['REMOVE', () => this.#path()],
      ['ADD', () => this.#pick([
        () => `${this.#path('n')} ${this.#bind(values, this.#number())}`, () => `${this.#path('s')} ${this.#bind(values, this.#set())}`,
      ])()],
      ['DELETE', () => `${this.#path('s')} ${this.#bind(values, this.#set())}`],
    ];
    const chosen = sections.filter(() => this.#random() < 0.35);
    const used = chosen.length === 0 ? sections.slice(0, 1) : chosen;
    const UpdateExpression = used.map(([word, action]) => `${word} ${this.#several(action, 2).join(', ')}`).join(' ');
    const condition = this.#random() < 0.3 ? { ConditionExpression: this.#test(values) } : {};
    const bound = Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values };
    return { TableName: this.#table, Key: this.#key(), UpdateExpression, ...condition, ...bound };
  }

  #assignment(values: Values): string {
    const or = (kind: Kind, value: AttributeValue): string => this.#pick([
      () => this.#path(kind), () => this.#bind(values, value), () => `if_not_exists(${this.#path(kind)}, ${this.#bind(values, value)})`,
    ])();
    const number = (): string => or('n', this.#number());
    const list = (): string => or('l', { L: this.#several(() => this.#value(1)) });
    return this.#pick([
      () => `${this.#path()} = ${this.#bind(values, this.#value())}`, () => `${this.#path()} = ${this.#path()}`,
      () => `${this.#path('n')} = ${number()} + ${number()}`, () => `${this.#path('n')} = ${number()} - ${number()}`,
      () => `${this.#path('l')} = list_append(${list()}, ${list()})`,
    ])();
  }

  #transactItem(): TransactWriteItem {
    return this.#pick<() => TransactWriteItem>([
      () => ({ Put: this.#put() }),
      () => ({ Update: this.#update() }),
      () => ({ Delete: this.#delete() }),
      () => ({ ConditionCheck: { TableName: this.#table, Key: this.#key(), ConditionExpression: 'attribute_exists(pk)' } }),
    ])();
  }

  #query(): ConstructorParameters<typeof QueryCommand>[0] {
    const values: Values = { ':p': { S: this.#pick(['a', 'b']) } };
    const sort = this.#pick(['', ' AND sk > :s', ' AND sk <= :s', ' AND begins_with(sk, :s)', ' AND sk BETWEEN :s AND :t']);
    if (sort !== '') values[':s'] = { S: this.#pick(['1', '2']) };
    if (sort.includes(':t')) values[':t'] = { S: this.#pick(['2', '3']) };
    const filter = this.#random() < 0.5 ? { FilterExpression: this.#test(values) } : {};
    return {
      TableName: this.#table, KeyConditionExpression: `pk = :p${sort}`, ScanIndexForward: this.#random() < 0.5, ...filter,
      ExpressionAttributeValues: values,
    };
  }

  #condition(parameter: 'ConditionExpression' | 'FilterExpression'): object {
    if (this.#random() < 0.4) return {};
    const values: Values = {};
    const expression = this.#test(values);
    return { [parameter]: expression, ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }) };
  }

  #test(values: Values, depth = 0): string {
    const value = (): string => this.#bind(values, this.#value());
    const path = this.#path();
    const simple = [
      () => `${path} ${this.#pick(['=', '<>', '<', '<=', '>', '>='])} ${value()}`,
      () => `${path} BETWEEN ${value()} AND ${value()}`, () => `${path} IN (${value()}, ${value()})`,
      () => `attribute_exists(${path})`, () => `attribute_not_exists(${path})`,
      () => `attribute_type(${path}, ${this.#bind(values, { S: this.#pick(['S', 'N', 'L', 'M', 'SS', 'NS']) })})`,
      () => `begins_with(${path}, ${value()})`, () => `contains(${path}, ${value()})`, () => `size(${path}) >= ${value()}`,
    ];
    if (depth > 1 || this.#random() < 0.5) return this.#pick(simple)();
    return this.#pick([
      () => `${this.#test(values, depth + 1)} AND ${this.#test(values, depth + 1)}`,
      () => `${this.#test(values, depth + 1)} OR ${this.#test(values, depth + 1)}`,
      () => `NOT ${this.#test(values, depth + 1)}`, () => `NOT (${this.#test(values, depth + 1)})`,
    ])();
  }

  #bind(values: Values, value: AttributeValue): string {
    const name = `:v${Object.keys(values).length}`;
    values[name] = value;
    return name;
  }

  #key(): Values {
    return { pk: { S: this.#pick(['a', 'b']) }, sk: { S: this.#pick(['1', '2', '3']) } };
  }

  /** The first letter says what the attribute usually holds: a number, a list, a map or a set. */
  #name(kind = this.#pick<Kind>(['n', 'l', 'm', 's'])): string {
    return this.#random() < 0.05 ? 'zz' : `${kind}${this.#pick(['1', '2', '3'])}`;
  }

  #path(kind?: Kind): string {
    if (this.#random() < 0.7) return this.#name(kind);
    const element = `${this.#name('l')}[${this.#pick(['0', '1', '5'])}]`;
    return this.#pick([element, `${this.#name('m')}.${this.#name(kind)}`, `${this.#name('m')}.l1[0]`]);
  }

  #number(): AttributeValue {
    return { N: this.#pick(['0', '1', '-2.5', '3', '1e2', '99999999999999999999999999999999999999', '0.00001', '1E120']) };
  }

  #set(): AttributeValue {
    return this.#pick<AttributeValue>([{ SS: ['a'] }, { SS: ['b', 'a'] }, { NS: ['1', '3.0'] }, { NS: ['3'] }]);
  }

  #value(depth = 0): AttributeValue {
    const scalar = this.#pick<AttributeValue>([
      this.#number(), { S: this.#pick(['a', 'ab', 'é', '']) }, { BOOL: true }, { NULL: true }, this.#set(),
    ]);
    if (depth > 1 || this.#random() < 0.6) return scalar;
    const elements = this.#several(() => this.#value(depth + 1));
    return this.#random() < 0.5 ? { L: elements } : { M: Object.fromEntries(elements.map((element) => [this.#name(), element])) };
  }

  #several<T>(make: () => T, most = 3): T[] {
    return Array.from({ length: 1 + Math.floor(this.#random() * most) }, make);
  }

  #pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.#random() * choices.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}
