import { attribute } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import type { Bindings } from './bindings.ts';
import { RESERVED_WORDS } from './reserved-words.ts';
import type { Tokens } from './tokens.ts';

/** A document path with its #names resolved; numbers are list indexes. The first part is always a name. */
export type Path = readonly (string | number)[];

/** path := name ('.' name | '[' number ']')* */
export function parsePath(tokens: Tokens, bindings: Bindings): Path {
  const parts: (string | number)[] = [parseName(tokens, bindings)];
  for (;;) {
    if (tokens.takeSymbol('.')) parts.push(parseName(tokens, bindings));
    else if (tokens.takeSymbol('[')) {
      if (tokens.current.kind !== 'number') throw tokens.syntaxError();
      parts.push(Number(tokens.take().text));
      tokens.expectSymbol(']');
    } else return parts;
  }
}

function parseName(tokens: Tokens, bindings: Bindings): string {
  const { kind, text } = tokens.current;
  if (kind === 'nameRef') {
    tokens.take();
    return bindings.name(text, tokens);
  }
  if (kind !== 'name') throw tokens.syntaxError();
  if (RESERVED_WORDS.has(text.toUpperCase())) {
    throw tokens.error(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
  }
  tokens.take();
  return text;
}

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  const [first, ...rest] = path;
  let value = attribute(item, String(first));
  for (const part of rest) {
    if (value === undefined) return undefined;
    if (typeof part === 'number') value = 'L' in value ? value.L[part] : undefined;
    else value = 'M' in value ? attribute(value.M, part) : undefined;
  }
  return value;
}

export function topLevelName(path: Path): string {
  return String(path[0]);
}

export function showPath(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

/** Two paths of one expression may neither contain each other nor take one place both as a map and as a list. */
export function refuseOverlaps(paths: readonly Path[], tokens: Tokens): void {
  paths.forEach((second, index) => {
    for (const first of paths.slice(0, index)) {
      const relation = relate(first, second);
      if (relation !== 'apart') {
        throw tokens.error(`Two document paths ${relation} with each other; must remove or rewrite one of these paths; `
          + `path one: ${showPath(first)}, path two: ${showPath(second)}`);
      }
    }
  });
}

function relate(first: Path, second: Path): 'apart' | 'overlap' | 'conflict' {
  const shared = Math.min(first.length, second.length);
  for (let depth = 0; depth < shared; depth += 1) {
    if (typeof first[depth] !== typeof second[depth]) return 'conflict';
    if (first[depth] !== second[depth]) return 'apart';
  }
  return 'overlap';
}
