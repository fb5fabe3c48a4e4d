import type { AttributeValue, Item } from './attribute-value.ts';
import type { Bindings } from './bindings.ts';
import { parsePath, refuseOverlaps } from './paths.ts';
import type { Path } from './paths.ts';
import { Tokens } from './tokens.ts';

export function parseProjection(source: string, bindings: Bindings): readonly Path[] {
  const tokens = new Tokens('ProjectionExpression', source);
  const paths = [parsePath(tokens, bindings)];
  while (tokens.takeSymbol(',')) paths.push(parsePath(tokens, bindings));
  if (tokens.current.kind !== 'end') throw tokens.syntaxError();
  refuseOverlaps(paths, tokens);
  return paths;
}

/** The parts of the item that the paths name; list elements keep their order and lose their gaps. */
export function project(item: Item, paths: readonly Path[]): Item {
  return projectMap(item, paths);
}

function projectMap(map: Item, paths: readonly Path[]): Item {
  const result: Record<string, AttributeValue> = {};
  for (const [name, rests] of byFirstPart(paths)) {
    const value = typeof name === 'string' && Object.hasOwn(map, name) ? map[name] : undefined;
    const part = value === undefined ? undefined : projectValue(value, rests);
    if (part !== undefined) result[String(name)] = part;
  }
  return result;
}

function projectValue(value: AttributeValue, rests: readonly Path[]): AttributeValue | undefined {
  if (rests.some((rest) => rest.length === 0)) return value;
  if ('M' in value) {
    const map = projectMap(value.M, rests);
    return Object.keys(map).length === 0 ? undefined : { M: map };
  }
  if (!('L' in value)) return undefined;
  const elements = [...byFirstPart(rests)]
    .filter(([index]) => typeof index === 'number')
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([index, inner]) => {
      const element = value.L[Number(index)];
      const part = element === undefined ? undefined : projectValue(element, inner);
      return part === undefined ? [] : [part];
    });
  return elements.length === 0 ? undefined : { L: elements };
}

function byFirstPart(paths: readonly Path[]): Map<string | number, Path[]> {
  const groups = new Map<string | number, Path[]>();
  for (const [first = '', ...rest] of paths) groups.set(first, [...(groups.get(first) ?? []), rest]);
  return groups;
}
