import { isList, isObject, textOf, type Json, type JsonObject } from './template.ts';

export interface Difference {
  /** Path of the property, e.g. `Targets[0].DeadLetterConfig.Arn`. */
  readonly property: string;
  readonly expected: Json;
  readonly found: Json | undefined;
}

/** `2` and `"2"`, `true` and `"true"` are one value to CloudFormation, and services answer with either. */
const isSameScalar = (a: Json, b: Json | undefined): boolean => b !== undefined && !isObject(b) && !isList(b) && textOf(a) === textOf(b);

function compare(path: string, expected: Json, found: Json | undefined): Difference[] {
  if (isList(expected)) {
    if (!isList(found) || found.length !== expected.length) return [{ property: path, expected, found }];
    return expected.flatMap((item, index) => compare(`${path}[${index}]`, item, found[index]));
  }
  if (isObject(expected)) {
    if (!isObject(found)) return [{ property: path, expected, found }];
    return Object.entries(expected).flatMap(([key, item]) => compare(path === '' ? key : `${path}.${key}`, item, found[key]));
  }
  return isSameScalar(expected, found) ? [] : [{ property: path, expected, found }];
}

/**
 * Every property that the template asks for and the engine does not show, or shows otherwise. What the engine shows
 * beyond that (its own defaults, ids, times) is no difference. `exceptions` are top-level properties not looked at.
 */
export function compareProperties(expected: JsonObject, found: JsonObject, exceptions: readonly string[]): readonly Difference[] {
  const asked = Object.entries(expected).filter(([name]) => !exceptions.includes(name));
  return compare('', Object.fromEntries(asked), found);
}
