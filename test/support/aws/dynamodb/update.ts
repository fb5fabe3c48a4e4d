import { canonicalValue, typeOf } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import { validationError } from './errors.ts';
import { addNumbers, subtractNumbers } from './numbers.ts';
import { valueAt } from './paths.ts';
import type { Path } from './paths.ts';
import type { UpdateAction, UpdateValue } from './update-parser.ts';

/** `value` undefined removes what is there. */
interface Change {
  readonly path: Path;
  readonly value: AttributeValue | undefined;
}

const INCORRECT_TYPE = 'An operand in the update expression has an incorrect data type';

/** The item after the update. Every right side and every list index refers to the item as it was before. */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const changes = actions.flatMap((action): Change[] => {
    requireParent(item, action.path);
    return changesOf(action, item);
  });
  const sets = changes.filter(({ value }) => value !== undefined).sort((a, b) => byListIndex(a.path, b.path));
  // Removed from the back, so that the indexes of the other elements stay what they were.
  const removals = changes.filter(({ value }) => value === undefined).sort((a, b) => byListIndex(b.path, a.path));
  return [...sets, ...removals].reduce((current, { path, value }) => changeMap(current, path, value), item);
}

function changesOf(action: UpdateAction, item: Item): Change[] {
  const { path } = action;
  const current = valueAt(item, path);
  switch (action.kind) {
    case 'SET': return [{ path, value: evaluate(action.value, item) }];
    case 'REMOVE': return current === undefined ? [] : [{ path, value: undefined }];
    case 'ADD': return [{ path, value: added(current, action.value) }];
    case 'DELETE': return current === undefined ? [] : [{ path, value: without(current, action.value) }];
  }
}

function evaluate(value: UpdateValue, item: Item): AttributeValue {
  switch (value.kind) {
    case 'value': return value.value;
    case 'path': {
      const found = valueAt(item, value.path);
      if (found === undefined) {
        throw validationError('The provided expression refers to an attribute that does not exist in the item');
      }
      return found;
    }
    case 'if_not_exists': return valueAt(item, value.path) ?? evaluate(value.otherwise, item);
    case 'list_append': {
      const first = evaluate(value.first, item);
      const second = evaluate(value.second, item);
      if (!('L' in first && 'L' in second)) throw validationError(INCORRECT_TYPE);
      return { L: [...first.L, ...second.L] };
    }
    case 'add':
    case 'subtract': {
      const left = evaluate(value.left, item);
      const right = evaluate(value.right, item);
      if (!('N' in left && 'N' in right)) throw validationError(INCORRECT_TYPE);
      return { N: value.kind === 'add' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
    }
  }
}

function added(current: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (current === undefined) return operand;
  if ('N' in current && 'N' in operand) return { N: addNumbers(current.N, operand.N) };
  if ('SS' in current && 'SS' in operand) return canonicalValue({ SS: union(current.SS, operand.SS) });
  if ('NS' in current && 'NS' in operand) return canonicalValue({ NS: union(current.NS, operand.NS) });
  if ('BS' in current && 'BS' in operand) return canonicalValue({ BS: union(current.BS, operand.BS) });
  throw validationError(INCORRECT_TYPE);
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])];
}

/** The set without the operand's members; a set that becomes empty is removed. */
function without(current: AttributeValue, operand: AttributeValue): AttributeValue | undefined {
  const keep = (members: readonly string[], removed: readonly string[]): string[] =>
    members.filter((member) => !removed.includes(member));
  if (typeOf(current) !== typeOf(operand)) throw validationError(INCORRECT_TYPE);
  if ('SS' in current && 'SS' in operand) return setOrNothing(keep(current.SS, operand.SS), (SS) => ({ SS }));
  if ('NS' in current && 'NS' in operand) return setOrNothing(keep(current.NS, operand.NS), (NS) => ({ NS }));
  if ('BS' in current && 'BS' in operand) return setOrNothing(keep(current.BS, operand.BS), (BS) => ({ BS }));
  throw validationError(INCORRECT_TYPE);
}

function setOrNothing(members: string[], make: (members: string[]) => AttributeValue): AttributeValue | undefined {
  return members.length === 0 ? undefined : make(members);
}

function requireParent(item: Item, path: Path): void {
  if (path.length === 1) return;
  const parent = valueAt(item, path.slice(0, -1));
  const fits = parent !== undefined && (typeof path.at(-1) === 'number' ? 'L' in parent : 'M' in parent);
  if (!fits) throw validationError('The document path provided in the update expression is invalid for update');
}

function byListIndex(left: Path, right: Path): number {
  for (let depth = 0; depth < Math.min(left.length, right.length); depth += 1) {
    const a = left[depth];
    const b = right[depth];
    if (typeof a === 'number' && typeof b === 'number' && a !== b) return a - b;
  }
  return 0;
}

function changeMap(map: Item, [name = '', ...rest]: Path, value: AttributeValue | undefined): Item {
  const child = rest.length === 0 ? value : changeInside(map[name], rest, value);
  if (child !== undefined) return { ...map, [name]: child };
  return Object.fromEntries(Object.entries(map).filter(([other]) => other !== name));
}

function changeInside(parent: AttributeValue | undefined, path: Path, value: AttributeValue | undefined): AttributeValue {
  if (parent !== undefined && 'M' in parent) return { M: changeMap(parent.M, path, value) };
  if (parent === undefined || !('L' in parent)) throw validationError(INCORRECT_TYPE);
  const [index, ...rest] = path;
  const position = Math.min(Number(index), parent.L.length);
  const child = rest.length === 0 ? value : changeInside(parent.L[position], rest, value);
  return { L: parent.L.toSpliced(position, 1, ...(child === undefined ? [] : [child])) };
}
