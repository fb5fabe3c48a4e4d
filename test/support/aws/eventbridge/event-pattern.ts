import { UnsupportedRequest } from '../errors.ts';
import { isRecord } from '../requests.ts';

/** As in a rule of EventBridge (`detail-type`, not CDK's `detailType`). */
export type EventPattern = Readonly<Record<string, unknown>>;

type Matcher = (value: unknown) => boolean;

const EVENT_MEMBERS = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'];

/** Throws for every operator that is not imitated, so that a rule never matches by accident. */
export function compilePattern(pattern: EventPattern): Matcher {
  const unknown = Object.keys(pattern).find((name) => !EVENT_MEMBERS.includes(name));
  if (unknown !== undefined) throw new UnsupportedRequest(`the member ${unknown} of an event pattern`);
  return compileObject(pattern);
}

function compileObject(pattern: EventPattern): Matcher {
  const members = Object.entries(pattern).map(([name, part]): [string, Matcher] => [name, compileMember(name, part)]);
  return (value) => members.every(([name, matches]) => matches(isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined));
}

function compileMember(name: string, part: unknown): Matcher {
  if (isRecord(part) && name !== '$or') return compileObject(part);
  if (!Array.isArray(part) || part.length === 0) throw new UnsupportedRequest(`an event pattern with ${name}: ${JSON.stringify(part)}`);
  const matchers = part.map(compileMatcher);
  return (value) => matchers.some((matches) => matches(value));
}

/** One alternative of a field: a literal or an operator. A field with an array matches by any of its elements. */
function compileMatcher(alternative: unknown): Matcher {
  if (!isRecord(alternative)) return anyElement((value) => value === alternative);
  const [[operator, operand] = ['', undefined], another] = Object.entries(alternative);
  if (another === undefined) {
    if (operator === 'exists' && typeof operand === 'boolean') return (value) => (value !== undefined) === operand;
    if (operator === 'prefix' && typeof operand === 'string') {
      return anyElement((value) => typeof value === 'string' && value.startsWith(operand));
    }
    if (operator === 'suffix' && typeof operand === 'string') {
      return anyElement((value) => typeof value === 'string' && value.endsWith(operand));
    }
    if (operator === 'anything-but') return compileAnythingBut(operand);
  }
  throw new UnsupportedRequest(`the event pattern operator ${JSON.stringify(alternative)}`);
}

function compileAnythingBut(operand: unknown): Matcher {
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (excluded.some((one) => typeof one === 'object')) {
    throw new UnsupportedRequest(`the event pattern operator anything-but ${JSON.stringify(operand)}`);
  }
  return anyElement((value) => value !== undefined && !excluded.includes(value));
}

function anyElement(matches: Matcher): Matcher {
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}
