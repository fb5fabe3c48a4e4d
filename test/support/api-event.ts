import { allScopes } from '../../lambdas/shared/contract/scopes.ts';
import type { Route } from '../../lambdas/shared/contract/routes.ts';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

interface ApiCall {
  readonly tenant?: string;
  readonly scopes?: readonly string[];
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly rawBody?: string;
  readonly key?: string;
  readonly requestId?: string;
}

export const TENANT = 'tenant01';

/** What API Gateway hands to a function behind the authorizer. */
export const apiEvent = (route: Route, call: ApiCall = {}): APIGatewayProxyEvent => {
  const { tenant = TENANT, scopes = allScopes } = call;
  const body = call.rawBody ?? (call.body === undefined ? null : JSON.stringify(call.body));
  const event = {
    httpMethod: route.method,
    resource: route.resource,
    path: '/not-looked-at',
    headers: { 'Content-Type': 'application/json', ...(call.key === undefined ? {} : { 'idempotency-KEY': call.key }), ...call.headers },
    pathParameters: call.path ?? null,
    queryStringParameters: call.query ?? null,
    body,
    isBase64Encoded: false,
    requestContext: { requestId: 'the-client-may-have-chosen-this', authorizer: { tenantId: tenant, clientId: 'client-1', role: 'admin', scopes: scopes.join(' ') } },
  };
  // The members that handlers read; the real event has more.
  return event as unknown as APIGatewayProxyEvent;
};

export const lambdaContext = (remainingMs = 30_000, awsRequestId = 'lambda-request'): Context =>
  ({ functionName: 'function', awsRequestId, getRemainingTimeInMillis: () => remainingMs }) as unknown as Context;

export interface ParsedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const parsed = (result: APIGatewayProxyResult): ParsedAnswer => ({
  status: result.statusCode,
  headers: result.headers ?? {},
  text: result.body,
  // Of CSV there is the text alone.
  body: result.body === '' || String(result.headers?.['Content-Type']).startsWith('text/') ? {} : (JSON.parse(result.body) as Record<string, unknown>),
});

let invocations = 0;

/** The context of an API function's invocation, each with a request id of its own unless the call names one. */
export const apiContext = ({ requestId }: ApiCall = {}): Context => {
  invocations += 1;
  return lambdaContext(20_000, requestId ?? `request-${invocations}`);
};
