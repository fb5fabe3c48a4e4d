import * as z from 'zod';
import { openApiDocument } from '../../../scripts/openapi/document.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';

interface Reference {
  readonly $ref: string;
}
type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
interface Content {
  readonly schema: JsonSchema;
}
interface Header {
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
interface Parameter extends Header {
  readonly name: string;
  readonly in: string;
}
interface Response {
  readonly headers?: Readonly<Record<string, Header | Reference>>;
  readonly content?: Readonly<Record<string, Content>>;
}
interface Operation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response | Reference>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** As a reader of docs/openapi.json gets it. */
export const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;

export const resolved = <T extends object>(value: T | Reference): T => {
  if (!('$ref' in value)) return value;
  let found: unknown = document;
  for (const part of value.$ref.slice(2).split('/')) found = (found as Record<string, unknown>)[part];
  if (found === undefined) throw new Error(`${value.$ref} leads nowhere.`);
  return found as T;
};

export const operationOf = ({ resource, method }: Route): Operation => document.paths[resource]![method.toLowerCase()]!;

const local = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'));
const $defs = local(document.components.schemas) as Record<string, object>;
const compiled = new Map<unknown, readonly z.ZodType[]>();

/** zod's intersections let pass what only one side does not know, so each part of an allOf judges by itself. */
const partsOf = (schema: JsonSchema): readonly z.ZodType[] => {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const allOf = typeof schema === 'object' && schema.allOf !== undefined ? schema.allOf : [schema];
  const parts = allOf.map((part) => z.fromJSONSchema({ ...(local(part) as object), $defs } as JsonSchema));
  compiled.set(schema, parts);
  return parts;
};

export const faultsOf = (schema: JsonSchema, value: unknown): string[] =>
  partsOf(schema)
    .flatMap((part) => part.safeParse(value).error?.issues ?? [])
    .map((issue) => `/${issue.path.join('/')}: ${issue.message}`);

/** What an answer has that the document does not say, or lacks that it says; empty when they agree. */
export const disagreements = (route: Route, { status, headers, text }: ParsedAnswer): string[] => {
  const described = operationOf(route).responses[String(status)];
  if (described === undefined) return [`status ${status} is not described`];
  const response = resolved(described);
  return [...headerFaults(response, headers), ...bodyFaults(response, headers['Content-Type'], text)];
};

const headerFaults = ({ headers: described = {} }: Response, headers: ParsedAnswer['headers']): string[] => [
  ...Object.entries(described).flatMap(([name, header]) => {
    const { required, schema } = resolved(header);
    if (headers[name] === undefined) return required === true ? [`header ${name} is missing`] : [];
    return faultsOf(schema, headers[name]).map((fault) => `header ${name}${fault}`);
  }),
  ...Object.keys(headers)
    .filter((name) => name !== 'Content-Type' && !(name in described))
    .map((name) => `header ${name} is not described`),
];

const bodyFaults = ({ content }: Response, mediaType: unknown, text: string): string[] => {
  if (content === undefined) return text === '' && mediaType === undefined ? [] : ['a body is not described'];
  const [type = ''] = String(mediaType).split(';');
  const described = content[type];
  return described === undefined ? [`${type} is not described`] : faultsOf(described.schema, type === 'text/csv' ? text : JSON.parse(text));
};
