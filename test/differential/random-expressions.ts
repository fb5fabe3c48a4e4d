import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Kind, RandomValues, Values } from './random-values.ts';

/** Expressions with the values that they name; not all of them are valid. */
export class RandomExpressions {
  readonly values: RandomValues;

  constructor(values: RandomValues) {
    this.values = values;
  }

  bind(bound: Values, value: AttributeValue): string {
    const name = `:v${Object.keys(bound).length}`;
    bound[name] = value;
    return name;
  }

  /** A condition, a filter, or nothing. */
  condition(parameter: 'ConditionExpression' | 'FilterExpression'): object {
    if (this.values.random.chance(0.4)) return {};
    const bound: Values = {};
    return { [parameter]: this.test(bound), ...given(bound) };
  }

  test(bound: Values, depth = 0): string {
    const { random } = this.values;
    const value = (): string => this.bind(bound, this.values.value());
    // Values without an order are refused: met now and then, they would otherwise refuse nearly every condition.
    const ordered = (): string => this.bind(bound, random.chance(0.9) ? random.pick([this.values.number(), { S: random.pick(['a', 'ab']) }]) : this.values.value());
    const path = this.values.path();
    const simple = [
      () => `${path} ${random.pick(['=', '<>'])} ${value()}`, () => `${path} ${random.pick(['<', '<=', '>', '>='])} ${ordered()}`,
      () => `${path} BETWEEN ${ordered()} AND ${ordered()}`, () => `${path} IN (${value()}, ${value()})`,
      () => `attribute_exists(${path})`, () => `attribute_not_exists(${path})`,
      () => `attribute_type(${path}, ${this.bind(bound, { S: random.pick(['S', 'N', 'L', 'M', 'SS', 'NS']) })})`,
      () => `begins_with(${path}, ${ordered()})`, () => `begins_with(gp, ${this.bind(bound, { S: random.pick(['x', 'xy', '']) })})`, () => `contains(${path}, ${value()})`, () => `size(${path}) >= ${ordered()}`, () => `size(sk) >= ${ordered()}`,
      () => `${path} = ${this.values.path()}`, () => `${this.values.path('n')} < ${this.values.path('n')}`,
    ];
    if (depth > 1 || random.chance(0.5)) return random.pick(simple)();
    return random.pick([
      () => `${this.test(bound, depth + 1)} AND ${this.test(bound, depth + 1)}`,
      () => `${this.test(bound, depth + 1)} OR ${this.test(bound, depth + 1)}`,
      () => `NOT ${this.test(bound, depth + 1)}`, () => `NOT (${this.test(bound, depth + 1)})`,
    ])();
  }

  /** @param indexed an assignment to the key of an index, whose value must be the item's own */
  update(bound: Values, indexed: AttributeValue): string {
    const { random } = this.values;
    const sections: [string, () => string][] = [
      ['SET', () => (random.chance(0.2) ? this.#indexKey(bound, indexed) : this.#assignment(bound))],
      ['REMOVE', () => (random.chance(0.1) ? 'gp' : this.values.path())],
      ['ADD', () => random.pick([
        () => `${this.values.path('n')} ${this.bind(bound, this.values.number())}`,
        () => `${this.values.path('s')} ${this.bind(bound, this.values.set())}`,
      ])()],
      ['DELETE', () => `${this.values.path('s')} ${this.bind(bound, this.values.set())}`],
    ];
    const chosen = sections.filter(() => random.chance(0.35));
    const used = chosen.length === 0 ? sections.slice(0, 1) : chosen;
    return used.map(([word, action]) => `${word} ${random.several(action, 2).join(', ')}`).join(' ');
  }

  #indexKey(bound: Values, indexed: AttributeValue): string {
    const { random } = this.values;
    return random.pick([
      () => `gp = ${this.bind(bound, { S: random.pick(['x', 'y']) })}`, () => `gs = ${this.bind(bound, indexed)}`,
      () => `gp = ${this.bind(bound, this.values.value())}`,
    ])();
  }

  #assignment(bound: Values): string {
    const { values } = this;
    const or = (kind: Kind, value: AttributeValue): string => values.random.pick([
      () => values.path(kind), () => this.bind(bound, value), () => `if_not_exists(${values.path(kind)}, ${this.bind(bound, value)})`,
    ])();
    const number = (): string => or('n', values.number());
    const list = (): string => or('l', { L: values.random.several(() => values.value(1)) });
    return values.random.pick([
      () => `${values.path()} = ${this.bind(bound, values.value())}`, () => `${values.path()} = ${values.path()}`,
      () => `${values.path('n')} = ${number()} + ${number()}`, () => `${values.path('n')} = ${number()} - ${number()}`,
      () => `${values.path('l')} = list_append(${list()}, ${list()})`,
    ])();
  }
}

/** DynamoDB refuses an empty map. */
export const given = (bound: Values): object => (Object.keys(bound).length === 0 ? {} : { ExpressionAttributeValues: bound });
