import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Random } from './random.ts';

export type Values = Record<string, AttributeValue>;
/** What an attribute usually holds, told by the first letter of its name: a number, a list, a map or a set. */
export type Kind = 'n' | 'l' | 'm' | 's';

const NUMBERS = [
  '0', '1', '-2.5', '3', '1e2', '99999999999999', '0.00001',
  // Sums of these meet the limits of 38 digits.
  '99999999999999999999999999999999999999', '1E120', '-1E-60',
];

/** Values and names that meet each other often, so that conditions hold often, and often do not. */
export class RandomValues {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  number(): AttributeValue {
    return { N: this.random.pick(NUMBERS) };
  }

  set(): AttributeValue {
    return this.random.pick<AttributeValue>([{ SS: ['a'] }, { SS: ['b', 'a'] }, { NS: ['1', '3'] }, { NS: ['3.0'] }]);
  }

  value(depth = 0): AttributeValue {
    const scalar = this.random.pick<AttributeValue>([
      this.number(), { S: this.random.pick(['a', 'ab', 'é', '']) }, { BOOL: true }, { NULL: true }, this.set(),
    ]);
    if (depth > 1 || this.random.chance(0.6)) return scalar;
    const elements = this.random.several(() => this.value(depth + 1));
    return this.random.chance(0.5) ? { L: elements } : { M: Object.fromEntries(elements.map((element) => [this.name(), element])) };
  }

  attribute(depth = 0): readonly [string, AttributeValue] {
    const kind = this.random.pick<Kind>(['n', 'l', 'm', 's']);
    const inner = (): AttributeValue => this.value(depth + 1);
    const values: Record<Kind, () => AttributeValue> = {
      n: () => this.number(),
      l: () => ({ L: this.random.several(inner) }),
      m: () => ({ M: Object.fromEntries(this.random.several(() => (depth > 1 ? ['n1', inner()] as const : this.attribute(depth + 1)))) }),
      s: () => this.set(),
    };
    return [this.name(kind), this.random.chance(0.1) ? this.value() : values[kind]()];
  }

  name(kind = this.random.pick<Kind>(['n', 'l', 'm', 's'])): string {
    return this.random.chance(0.05) ? 'zz' : `${kind}${this.random.pick(['1', '2', '3'])}`;
  }

  path(kind?: Kind): string {
    if (this.random.chance(0.7)) return this.name(kind);
    const element = `${this.name('l')}[${this.random.pick(['0', '1', '5'])}]`;
    return this.random.pick([element, `${this.name('m')}.${this.name(kind)}`, `${this.name('m')}.l1[0]`]);
  }
}
