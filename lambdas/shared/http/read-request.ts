import { InvalidJsonError, parseStrictJson } from '../canonical/json.ts';
import { isTenantId } from '../ids/ids.ts';
import { escapePointer, findCardNumbers, holdsCardNumber } from './card-data.ts';
import { ProblemError } from './problem.ts';
import type { Json } from '../canonical/json.ts';
import type { Caller } from './api-request.ts';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type * as z from 'zod';

const MAX_BODY_BYTES = 64 * 1024;
const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/** The header in any casing; API Gateway passes the client's. */
export const headerOf = (event: APIGatewayProxyEvent, name: string): string | undefined =>
  Object.entries(event.headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1];

/** @throws ProblemError unauthorized: then the API was deployed without its authorizer */
export const readCaller = (event: APIGatewayProxyEvent): Caller => {
  const context: Record<string, unknown> = event.requestContext.authorizer ?? {};
  const { tenantId, clientId, role, scopes } = context;
  if (typeof tenantId !== 'string' || !isTenantId(tenantId) || typeof clientId !== 'string' || typeof role !== 'string' || typeof scopes !== 'string') {
    throw new ProblemError('unauthorized', 'The request was not authenticated.');
  }
  return { tenant: tenantId, clientId, role, scopes: new Set(scopes.split(' ').filter((scope) => scope !== '')) };
};

/** @throws ProblemError 413, 415, 400 body_invalid, 400 card_data_not_allowed */
export const readBody = (event: APIGatewayProxyEvent): Json => {
  const body = event.body ?? '';
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) throw new ProblemError('payload_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  const mediaType = headerOf(event, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new ProblemError('unsupported_media_type', 'Send the body as application/json.');
  const raw = parse(bytes);
  const cards = findCardNumbers(raw);
  if (cards.length > 0) {
    throw new ProblemError('card_data_not_allowed', 'The request holds what looks like a card number. Send a token of your card processor instead.', {
      violations: cards.map((pointer) => ({ pointer, message: 'holds what looks like a card number' })),
    });
  }
  return raw;
};

const parse = (bytes: Buffer): Json => {
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof InvalidJsonError) throw new ProblemError('body_invalid', error.message);
    throw new ProblemError('body_invalid', 'The body is not UTF-8.');
  }
};

/** @throws ProblemError validation_failed with every violation */
export const validate = <T>(schema: z.ZodType<T>, value: unknown, pointerOf: (path: readonly PropertyKey[]) => string): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const violations = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => ({ pointer: pointerOf([...issue.path, name]), message: 'is not a known field' }))
      : [{ pointer: pointerOf(issue.path), message: issue.message }],
  );
  const first = violations[0];
  throw new ProblemError('validation_failed', `The request has ${violations.length} violation${violations.length === 1 ? '' : 's'}.`, {
    violations,
    ...(first === undefined ? {} : { param: first.pointer }),
  });
};

export const bodyPointer = (path: readonly PropertyKey[]): string => path.map((part) => `/${escapePointer(String(part))}`).join('');
export const queryPointer = (path: readonly PropertyKey[]): string => `?${path.map((part) => escapePointer(String(part))).join('.')}`;

/** @throws ProblemError idempotency_key_missing, idempotency_key_invalid, card_data_not_allowed */
export const readIdempotencyKey = (event: APIGatewayProxyEvent): string => {
  const value = headerOf(event, 'idempotency-key');
  if (value === undefined || value === '') throw new ProblemError('idempotency_key_missing', 'Send an Idempotency-Key header, unique per intended operation.', { param: 'Idempotency-Key' });
  if (!VISIBLE_ASCII.test(value)) throw new ProblemError('idempotency_key_invalid', 'The key must be 1 to 255 visible ASCII characters.', { param: 'Idempotency-Key' });
  if (holdsCardNumber(value)) throw new ProblemError('card_data_not_allowed', 'The Idempotency-Key holds what looks like a card number.', { param: 'Idempotency-Key' });
  return value;
};
