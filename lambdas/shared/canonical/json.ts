export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** RFC 8785 canonical JSON: members sorted by UTF-16 code units, ECMAScript number and string forms. */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value).sort(byCodeUnits).map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
};

export const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json): value is { readonly [key: string]: Json } => value !== null && typeof value === 'object' && !isArray(value);

// Stryker disable next-line EqualityOperator: no two members of an object have the same name.
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);

export class InvalidJsonError extends Error {}

/**
 * Parses JSON and refuses what could mean two things: duplicate members (RFC 8259 leaves their
 * meaning open), `__proto__`, and numbers that do not fit (1e400).
 * @throws InvalidJsonError with a reason that never repeats the caller's text
 */
export const parseStrictJson = (text: string): Json => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new InvalidJsonError('The body is not valid JSON.');
  }
  refuseDuplicateMembers(text);
  refuseOddValues(value, 0);
  return value;
};

const MAX_DEPTH = 16;

const refuseOddValues = (value: Json, depth: number): void => {
  if (depth > MAX_DEPTH) throw new InvalidJsonError(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new InvalidJsonError('The body has a number out of range.');
  if (value === null || typeof value !== 'object') return;
  if (Object.hasOwn(value, '__proto__')) throw new InvalidJsonError('The body has a member that is not allowed.');
  for (const item of Object.values(value)) refuseOddValues(item, depth + 1);
};

// The text is known to be valid JSON here, so a string followed by a colon is a member name.
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

const refuseDuplicateMembers = (text: string): void => {
  // Stryker disable next-line ArrayDeclaration: names stand in objects, so what is below the outermost is never asked.
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name = String(JSON.parse(token.slice(0, token.length - colon.length)));
      const names = open.at(-1);
      // Stryker disable next-line OptionalChaining: a name stands in an object, which is open.
      if (names?.has(name)) throw new InvalidJsonError('The body has the same member twice.');
      // Stryker disable next-line OptionalChaining: as above.
      names?.add(name);
    }
  }
};
