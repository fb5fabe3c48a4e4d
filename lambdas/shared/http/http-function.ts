import { fingerprintOf, firstDifference } from '../canonical/fingerprint.ts';
import { isTransient } from '../aws/errors.ts';
import { instrument } from '../observability/instrument.ts';
import { isPaymentId } from '../ids/ids.ts';
import { describeError, logError, logger, traced } from '../observability/logger.ts';
import { count, countBy } from '../observability/metrics.ts';
import { traceOfInvocation } from '../observability/trace.ts';
import { IntegrityError } from '../queue/integrity-error.ts';
import { clock } from '../time/clock.ts';
import { withinInvocation } from '../time/deadline.ts';
import { notFound, ProblemError, problemResponse } from './problem.ts';
import { bodyPointer, headerOf, queryPointer, readBody, readCaller, readIdempotencyKey, validate } from './read-request.ts';
import type { ApiRequest, ApiResponse, Endpoint } from './api-request.ts';
import type { RunOnce } from '../idempotency/run-once.ts';
import type { Json } from '../canonical/json.ts';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

interface HttpFunctionOptions {
  readonly endpoints: readonly Endpoint[];
  readonly runOnce: RunOnce;
}

/**
 * The HTTP function of a service: dispatches by API Gateway's resource, checks scope, body, query and
 * Idempotency-Key, runs the endpoint, and turns every error into problem details. One log line a request.
 */
export const httpFunction = ({ endpoints, runOnce }: HttpFunctionOptions) => {
  const table = new Map(endpoints.map((endpoint) => [`${endpoint.route.method} ${endpoint.route.resource}`, endpoint]));

  const answer = async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const startedAt = clock.now();
    // Lambda's own id: the gateway's can be set by the client with a header.
    const requestId = context.awsRequestId;
    const endpoint = table.get(`${event.httpMethod} ${event.resource}`);
    const trace = traceOfInvocation();
    logger.appendKeys({ ...traced({ correlationid: requestId, traceparent: trace }) });
    const response = await answerOf(event, context, endpoint, { runOnce, trace });
    const code = codeOf(response);
    const operation = endpoint?.route.operation ?? 'unknown';
    logger.info('request', {
      requestId, operation, status: response.status, code, durationMs: clock.now() - startedAt, replayed: response.replayed ?? false,
      ...paymentOf(response), tenantId: String(event.requestContext.authorizer?.['tenantId'] ?? ''), clientId: String(event.requestContext.authorizer?.['clientId'] ?? ''),
    });
    countAnswer(response, code);
    return render(response, requestId);
  };
  return instrument((event: APIGatewayProxyEvent, context: Context) => withinInvocation(context, () => answer(event, context)));
};

interface Surroundings {
  readonly runOnce: RunOnce;
  readonly trace: string | undefined;
}

const answerOf = async (event: APIGatewayProxyEvent, context: Context, endpoint: Endpoint | undefined, around: Surroundings): Promise<ApiResponse> => {
  try {
    if (endpoint === undefined) throw notFound();
    return await serve(event, context, endpoint, around);
  } catch (error) {
    const problem = error instanceof ProblemError ? error : unexpected(error);
    return problemResponse(problem);
  }
};

const serve = async (event: APIGatewayProxyEvent, context: Context, endpoint: Endpoint, { runOnce, trace }: Surroundings): Promise<ApiResponse> => {
  const { route } = endpoint;
  const caller = readCaller(event);
  if (!caller.scopes.has(route.scope)) throw new ProblemError('insufficient_scope', `This operation needs the scope ${route.scope}.`, { param: route.scope });
  const idempotencyKey = route.idempotent ? readIdempotencyKey(event) : '';
  const raw: Json = endpoint.bodySchema === undefined ? null : readBody(event);
  const path = definedValues(event.pathParameters);
  const request: ApiRequest = {
    caller,
    requestId: context.awsRequestId,
    origin: { cause: context.awsRequestId, correlation: context.awsRequestId, ...(trace === undefined ? {} : { trace }) },
    path,
    query: endpoint.querySchema === undefined ? {} : validate(endpoint.querySchema, definedValues(event.queryStringParameters), queryPointer),
    body: endpoint.bodySchema === undefined ? {} : validate(endpoint.bodySchema, raw, bodyPointer),
    accept: headerOf(event, 'accept') ?? '',
    idempotencyKey,
    fingerprint: fingerprintOf(raw, path),
    firstDifference: (earlier) => firstDifference(earlier, raw, path),
  };
  const response = route.idempotent ? await runOnce(route.operation, request, context, () => endpoint.handle(request)) : await endpoint.handle(request);
  return endpoint.complete === undefined ? response : endpoint.complete(response, request);
};

const paymentOf = ({ body }: ApiResponse): { readonly paymentId?: string } => {
  const id = body?.['id'];
  return typeof id === 'string' && isPaymentId(id) ? { paymentId: id } : {};
};

const countAnswer = ({ status, replayed }: ApiResponse, code: string | undefined): void => {
  if (replayed === true) count('RequestsReplayed');
  if (status < 400) count('RequestsServed');
  else countBy(status >= 500 ? 'RequestsFailed' : 'RequestsRefused', code ?? 'none');
};

/** The problem's code, also of a refusal that an endpoint answered or that was remembered. */
const codeOf = ({ status, body }: ApiResponse): string | undefined => (status >= 400 && body !== undefined ? String(body['code']) : undefined);

const definedValues = (values: Readonly<Record<string, string | undefined>> | null): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined));

const unexpected = (error: unknown): ProblemError => {
  if (isTransient(error)) {
    logger.warn('a dependency is briefly unavailable', { error: describeError(error) });
    return new ProblemError('service_unavailable', 'Try again in a moment with the same Idempotency-Key.', { retryAfterSeconds: 1 });
  }
  logError('unexpected error', error);
  count(error instanceof IntegrityError ? 'IntegrityErrors' : 'UnexpectedErrors');
  return new ProblemError('internal_error', 'The request may be repeated with the same Idempotency-Key.');
};

const render = (response: ApiResponse, requestId: string): APIGatewayProxyResult => {
  const isProblem = response.headers?.['Content-Type'] === 'application/problem+json';
  const body = isProblem ? { ...response.body, instance: `urn:request:${requestId}`, requestId } : response.body;
  return {
    statusCode: response.status,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      'Cache-Control': 'no-store',
      ...response.headers,
      ...(response.replayed === true ? { 'Idempotent-Replayed': 'true' } : {}),
      'X-Request-Id': requestId,
    },
    body: response.text ?? (body === undefined ? '' : JSON.stringify(body)),
  };
};
