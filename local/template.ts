/** A CloudFormation template as the CDK writes it, typed no further than the local tools need. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface Resource extends JsonObject {
  readonly Type: string;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const isResource = (value: Json | undefined): value is Resource => isObject(value) && typeof value['Type'] === 'string';

export const objectAt = (parent: JsonObject | undefined, key: string): JsonObject => {
  const value = parent?.[key];
  return isObject(value) ? value : {};
};

/** A scalar as text; anything else as its JSON, which equals no name. */
export const textOf = (value: Json | undefined): string => (isObject(value) || isList(value) ? JSON.stringify(value) : String(value));

/** The resources of a template by logical id. */
export function resourcesOf(template: JsonObject): readonly (readonly [string, Resource])[] {
  return Object.entries(objectAt(template, 'Resources')).filter((entry): entry is [string, Resource] => isResource(entry[1]));
}

/** The name, argument pair of an intrinsic function (`{"Ref": x}`, `{"Fn::GetAtt": x}`), or undefined for plain data. */
export function intrinsicOf(value: Json): readonly [string, Json] | undefined {
  if (!isObject(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

/** Parses a template file. Throws when it is not a JSON object. */
export function parseTemplate(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  // JSON.parse yields nothing but Json.
  const json = value as Json;
  if (!isObject(json)) throw new Error('A CloudFormation template must be a JSON object.');
  return json;
}
