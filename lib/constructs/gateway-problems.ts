import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { problemCodes, problemTypeOf } from '../../lambdas/shared/http/problem-codes.ts';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { ProblemCode } from '../../lambdas/shared/http/problem-codes.ts';

interface GatewayProblem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const retrySoon = { 'Retry-After': '1' };
const notAuthenticated: GatewayProblem = {
  code: 'unauthorized', detail: 'Send a valid access token: Authorization: Bearer <token>.', headers: { 'WWW-Authenticate': 'Bearer' },
};
const denied: GatewayProblem = { code: 'access_denied', detail: 'This client may not use this API.' };
const unavailable: GatewayProblem = { code: 'service_unavailable', detail: 'Try again in a moment with the same Idempotency-Key.', headers: retrySoon };
const broken: GatewayProblem = { code: 'internal_error', detail: 'The request may be repeated with the same Idempotency-Key.' };
const malformed: GatewayProblem = { code: 'validation_failed', detail: 'The request was refused before it reached the service.' };

/** What API Gateway answers itself, in the body that handlers use. */
const gatewayProblems: readonly (readonly [ResponseType, GatewayProblem])[] = [
  [ResponseType.UNAUTHORIZED, notAuthenticated],
  [ResponseType.EXPIRED_TOKEN, notAuthenticated],
  [ResponseType.INVALID_SIGNATURE, notAuthenticated],
  [ResponseType.ACCESS_DENIED, denied],
  [ResponseType.INVALID_API_KEY, denied],
  [ResponseType.WAF_FILTERED, denied],
  // API Gateway answers so for a path or method that it does not have.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, { code: 'not_found', detail: 'There is no such path or method.' }],
  [ResponseType.RESOURCE_NOT_FOUND, { code: 'not_found', detail: 'There is no such path or method.' }],
  [ResponseType.REQUEST_TOO_LARGE, { code: 'payload_too_large', detail: 'The request is larger than API Gateway takes.' }],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, { code: 'unsupported_media_type', detail: 'Send the body as application/json.' }],
  [ResponseType.THROTTLED, { code: 'too_many_requests', detail: 'Too many requests at once: slow down.', headers: retrySoon }],
  [ResponseType.QUOTA_EXCEEDED, { code: 'too_many_requests', detail: 'The quota of this tenant is used up.', headers: { 'Retry-After': '3600' } }],
  [ResponseType.INTEGRATION_FAILURE, unavailable],
  [ResponseType.INTEGRATION_TIMEOUT, unavailable],
  [ResponseType.AUTHORIZER_FAILURE, unavailable],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, broken],
  [ResponseType.API_CONFIGURATION_ERROR, broken],
  [ResponseType.BAD_REQUEST_BODY, malformed],
  [ResponseType.BAD_REQUEST_PARAMETERS, malformed],
  [ResponseType.DEFAULT_4XX, malformed],
  [ResponseType.DEFAULT_5XX, broken],
];

export const addGatewayProblems = (api: RestApi): void => {
  for (const [type, problem] of gatewayProblems) {
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(problemCodes[problem.code].status),
      responseHeaders: quoted({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', 'X-Request-Id': 'context.requestId', ...problem.headers }),
      templates: { 'application/json': bodyOf(problem) },
    });
  }
};

const bodyOf = ({ code, detail }: GatewayProblem): string => {
  const { status, title, retryable } = problemCodes[code];
  const requestId = '$context.requestId';
  return JSON.stringify({ type: problemTypeOf(code), title, status, detail, code, retryable, instance: `urn:request:${requestId}`, requestId });
};

// Fixed header values stand in single quotes; references such as context.requestId do not.
const quoted = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.startsWith('context.') ? value : `'${value}'`]));
