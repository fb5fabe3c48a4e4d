import * as z from 'zod';
import { createDocument } from 'zod-openapi';
import { routes } from '../../lambdas/shared/contract/routes.ts';
import { productVersion } from '../../lib/project-root.ts';
import { endpoints } from './endpoints.ts';
import { webhooks } from './events.ts';
import { responseHeaders } from './headers.ts';
import { operationTexts, routeNames } from './operations.ts';
import { idempotencyKey, queryParameters } from './parameters.ts';
import { problem, problemResponses, problemsOf } from './problems.ts';
import { describedSchema, requestTexts } from './requests.ts';
import { health } from './responses.ts';
import { introduction, SECURITY_SCHEME, securitySchemes, servers, tagOf, tags } from './surroundings.ts';
import type { Route } from '../../lambdas/shared/contract/routes.ts';
import type { Endpoint } from '../../lambdas/shared/http/api-request.ts';
import type { OperationText } from './operation-text.ts';
import type { RequestText } from './requests.ts';
import type {
  ZodOpenApiOperationObject, ZodOpenApiOverride, ZodOpenApiParameters, ZodOpenApiPathsObject, ZodOpenApiRequestBodyObject,
  ZodOpenApiResponseObject,
} from 'zod-openapi';

/**
 * The OpenAPI 3.1 document of the API: routes from the route table, request schemas from the endpoints that
 * validate with them, errors from the problem table.
 * @throws Error where one of them has something that is not described here
 */
export const openApiDocument = (): object => {
  const { components = {}, ...document } = createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Payment Pipeline', version: productVersion(), description: introduction, license: { name: 'MIT', identifier: 'MIT' },
      },
      servers,
      tags,
      paths: { ...routePaths(), '/v1/health': { get: healthOperation } },
      webhooks: webhooks(),
      components: { securitySchemes, schemas: { Problem: problem } },
    },
    { override: withoutFormatPatterns },
  );
  return { ...document, components: { ...components, schemas: { ...requestSchemas(), ...components.schemas } } };
};

/** zod's own patterns of times and URLs repeat what `format` says, at length. */
const withoutFormatPatterns: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
};

const routePaths = (): ZodOpenApiPathsObject => {
  const paths: ZodOpenApiPathsObject = {};
  for (const name of routeNames) {
    const route = routes[name];
    const operation = operationOf(route, endpointOf(route), operationTexts[name]);
    paths[route.resource] = { ...paths[route.resource], [route.method.toLowerCase()]: operation };
  }
  return paths;
};

const endpointOf = ({ operation }: Route): Endpoint => {
  const endpoint = endpoints.get(operation);
  if (endpoint === undefined) throw new Error(`scripts/openapi/endpoints.ts has no endpoint for ${operation}: add its service's.`);
  return endpoint;
};

const operationOf = (route: Route, endpoint: Endpoint, text: OperationText): ZodOpenApiOperationObject => {
  const requestBody = requestBodyOf(endpoint);
  return {
    operationId: route.operation,
    summary: text.summary,
    ...(text.description === undefined ? {} : { description: text.description }),
    tags: [tagOf(route.resource)],
    security: [{ [SECURITY_SCHEME]: [route.scope] }],
    requestParams: parametersOf(route, endpoint, text),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { [text.success.status]: successResponse(text), ...problemResponses(problemsOf(route, endpoint, text.problems ?? [])) },
  };
};

const parametersOf = ({ resource, idempotent, operation }: Route, endpoint: Endpoint, { id }: OperationText): ZodOpenApiParameters => {
  const hasId = resource.includes('{');
  if (hasId !== (id !== undefined)) throw new Error(`scripts/openapi/operations.ts: does the path of ${operation} have an id?`);
  const query = queryParameters(endpoint);
  return {
    ...(id === undefined ? {} : { path: z.object({ id }) }),
    ...(query === undefined ? {} : { query }),
    ...(idempotent ? { header: z.object({ 'Idempotency-Key': idempotencyKey }) } : {}),
  };
};

const textOf = ({ route: { operation } }: Endpoint): RequestText => {
  const text = requestTexts.get(operation);
  if (text === undefined) throw new Error(`The body of ${operation} is not described in scripts/openapi/requests.ts.`);
  return text;
};

const requestBodyOf = (endpoint: Endpoint): ZodOpenApiRequestBodyObject | undefined =>
  endpoint.bodySchema === undefined
    ? undefined
    : { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${textOf(endpoint).id}` } } } };

const requestSchemas = (): Record<string, object> =>
  Object.fromEntries(
    [...endpoints.values()].flatMap((endpoint) =>
      endpoint.bodySchema === undefined ? [] : [[textOf(endpoint).id, describedSchema(endpoint.bodySchema, textOf(endpoint))] as const],
    ),
  );

const successResponse = ({ success: { description, body, csv, headers = [] } }: OperationText): ZodOpenApiResponseObject => ({
  description,
  headers: responseHeaders(headers),
  ...(body === undefined ? {} : { content: { 'application/json': { schema: body }, ...(csv === undefined ? {} : { 'text/csv': { schema: z.string() } }) } }),
});

/** Answered by API Gateway itself, so it has none of the functions' headers. */
const healthOperation: ZodOpenApiOperationObject = {
  operationId: 'get-health',
  summary: 'Ask whether the API answers',
  tags: ['health'],
  security: [],
  responses: {
    200: { description: 'It does.', content: { 'application/json': { schema: health } } },
    ...problemResponses(new Set(['too_many_requests'])),
  },
};
