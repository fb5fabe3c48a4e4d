import * as z from 'zod';
import { reviewStatuses } from '../../lambdas/fraud/fraud-case.ts';
import { rejectionReasons } from '../../lambdas/ledger/transfer.ts';
import { listQuerySchema } from '../../lambdas/shared/http/list-page.ts';
import { problemCodes } from '../../lambdas/shared/http/problem-codes.ts';
import { responseHeaders } from './headers.ts';
import { accountId, paymentStatuses, reconciliationId, time, transferId } from './schemas.ts';
import type { Route } from '../../lambdas/shared/contract/routes.ts';
import type { Endpoint } from '../../lambdas/shared/http/api-request.ts';
import type { ProblemCode } from '../../lambdas/shared/http/problem-codes.ts';
import type { HeaderName } from './headers.ts';
import type { oas31, ZodOpenApiResponseObject } from 'zod-openapi';

export const problem = z
  .strictObject({
    type: z.url().describe('Names the code; the page behind it explains it.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('For people. Never repeats what was sent.'),
    instance: z.string().describe('`urn:request:<requestId>`'),
    code: z.enum(Object.keys(problemCodes)).describe('For programs; stable.'),
    retryable: z.boolean().describe('Whether the same request, with the same Idempotency-Key, may succeed later.'),
    requestId: z.string(),
    param: z
      .string()
      .optional()
      .describe('What is at fault: JSON pointer into the body, `?name` of a query parameter, or the name of a header or scope.'),
    declineCode: z.enum(rejectionReasons).optional().describe('Why a transfer was rejected.'),
    violations: z
      .array(z.strictObject({ pointer: z.string(), message: z.string() }))
      .optional()
      .describe('Every fault of the request, not only the first.'),
    accountId: accountId.optional().describe('The account that has the reference already.'),
    accountStatus: z.enum(['open', 'frozen', 'closed']).optional().describe('What the account is.'),
    transferId: transferId.optional().describe('The recorded rejection; the correction that was faster.'),
    reviewStatus: z.enum(reviewStatuses).optional().describe('What the review is instead of open.'),
    paymentStatus: z.enum(paymentStatuses).optional().describe('What the payment is instead.'),
    operation: z.enum(['capture', 'cancel', 'expire']).optional().describe('The operation that is open on it.'),
    reconciliationId: reconciliationId.optional().describe('The comparison that is open.'),
    captureBefore: time('Until when it could have been captured.').optional(),
    leftMinor: z.string().regex(/^\d+$/).optional().describe('How much is left, minor units.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details, the body of every error.' });

/** Answered before a handler runs, or by any of them. */
export const problemsOfEveryRoute = [
  'validation_failed', 'unauthorized', 'insufficient_scope', 'access_denied', 'too_many_requests', 'internal_error', 'service_unavailable',
] as const satisfies readonly ProblemCode[];

const problemsOfBodies = ['body_invalid', 'card_data_not_allowed', 'payload_too_large', 'unsupported_media_type'] as const;
const problemsOfKeys = [
  'idempotency_key_missing', 'idempotency_key_invalid', 'card_data_not_allowed', 'idempotency_key_in_use', 'idempotency_key_reused',
] as const;

/** Every code that a route can answer: what follows from its kind, and its own. */
export const problemsOf = (route: Route, endpoint: Endpoint, own: readonly ProblemCode[]): ReadonlySet<ProblemCode> =>
  new Set<ProblemCode>([
    ...problemsOfEveryRoute,
    ...(endpoint.bodySchema === undefined ? [] : problemsOfBodies),
    ...(endpoint.querySchema === listQuerySchema ? (['cursor_invalid'] as const) : []),
    ...(route.idempotent ? problemsOfKeys : []),
    ...(route.resource.includes('{id}') ? (['not_found'] as const) : []),
    ...own,
  ]);

/** Headers that come with a problem. A rejected transfer is recorded, so its repeat is a replay. */
const headersByCode: Partial<Readonly<Record<ProblemCode, HeaderName>>> = {
  unauthorized: 'WWW-Authenticate',
  idempotency_key_in_use: 'Retry-After',
  delivery_in_progress: 'Retry-After',
  reconciliation_running: 'Retry-After',
  too_many_requests: 'Retry-After',
  service_unavailable: 'Retry-After',
  transfer_rejected: 'Idempotent-Replayed',
};

/** One object for the same codes: the document has each once and refers to it. */
const responses = new Map<string, ZodOpenApiResponseObject>();

const problemResponse = (codes: readonly ProblemCode[]): ZodOpenApiResponseObject => {
  const id = codes.join('.');
  const response = responses.get(id) ?? { id, ...newProblemResponse(codes) };
  responses.set(id, response);
  return response;
};

const newProblemResponse = (codes: readonly ProblemCode[]): ZodOpenApiResponseObject => ({
  description: codes.map((code) => `\`${code}\`: ${problemCodes[code].title}`).join('; '),
  headers: responseHeaders(codes.flatMap((code) => headersByCode[code] ?? []), codes.length === 1),
  content: { 'application/problem+json': { schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, narrowedTo(codes)] } } },
});

const narrowedTo = (codes: readonly ProblemCode[]): oas31.SchemaObject => ({
  type: 'object', properties: { code: { type: 'string', enum: [...codes] } },
});

/** Problem responses by status, ascending. */
export const problemResponses = (codes: ReadonlySet<ProblemCode>): Record<string, ZodOpenApiResponseObject> => {
  const byStatus = Object.groupBy(inTableOrder(codes), (code) => problemCodes[code].status);
  return Object.fromEntries(Object.entries(byStatus).map(([status, group]) => [status, problemResponse(group)]));
};

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemCodes, code);
/** So that the document does not change with the order in which the codes were collected. */
const inTableOrder = (codes: ReadonlySet<ProblemCode>): ProblemCode[] =>
  Object.keys(problemCodes).filter(isProblemCode).filter((code) => codes.has(code));
