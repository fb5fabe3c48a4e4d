import * as z from 'zod';

const header = <S extends z.ZodType>(id: string, schema: S, description: string): S => schema.meta({ description, header: { id } });
const matching = (pattern: RegExp) => z.string().regex(pattern);

const always = {
  'X-Request-Id': header(
    'RequestId', z.string().min(1), 'Names this request: tell it when you ask for help. Also the correlation id of its events.',
  ),
  'Cache-Control': header('CacheControl', matching(/^no-store$/), 'Answers are never to be cached.'),
};

const named = {
  Location: header('Location', matching(/^\/v1\/.+$/), 'Path of the resource.'),
  ETag: header('ETag', matching(/^".+"$/), 'Changes whenever the resource does.'),
  'Idempotent-Replayed': header(
    'IdempotentReplayed', matching(/^true$/).optional(), 'Present when this repeats the answer to an earlier request with the same key.',
  ),
  Link: header('Link', matching(/^<.+>; rel="next"$/).optional(), 'RFC 8288: where the next page is. Only of CSV, and not on the last page.'),
  'Retry-After': header('RetryAfter', matching(/^\d+$/), 'Seconds to wait before the request is sent again.'),
  'WWW-Authenticate': header('WwwAuthenticate', matching(/^Bearer$/).optional(), 'How to authenticate.'),
};

export type HeaderName = keyof typeof named;

/**
 * Headers of an answer: those of every answer, and the named ones.
 * @param certain false: a named one may be missing
 */
export const responseHeaders = (names: readonly HeaderName[], certain = true): z.ZodObject =>
  z.object({ ...always, ...Object.fromEntries(names.map((name) => [name, certain ? named[name] : named[name].optional()])) });
