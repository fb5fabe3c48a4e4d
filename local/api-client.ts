import { randomUUID } from 'node:crypto';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; an empty object where there was no body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The very text, for byte comparisons. */
  readonly text: string;
}

interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly rawBody?: string;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A caller of the API: one OAuth 2 client with its token. */
export interface ApiClient {
  get(path: string): Promise<ApiAnswer>;
  /** With a fresh Idempotency-Key unless one is given. */
  post(path: string, body: unknown, idempotencyKey?: string): Promise<ApiAnswer>;
  call(method: string, path: string, options?: CallOptions): Promise<ApiAnswer>;
}

/** An access token by the client credentials grant. Throws with the token endpoint's answer when it is refused. */
export async function fetchToken(tokenUrl: string, { clientId, clientSecret }: ClientCredentials, scope?: string): Promise<string> {
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string };
  if (answer.access_token === undefined) throw new Error(`The token endpoint answered ${response.status} ${answer.error ?? ''}.`);
  return answer.access_token;
}

/** @param token undefined: calls without Authorization */
export function apiClient(baseUrl: string, token: string | undefined): ApiClient {
  const call = async (method: string, path: string, { body, rawBody, idempotencyKey, headers }: CallOptions = {}): Promise<ApiAnswer> => {
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  return {
    call,
    get: (path) => call('GET', path),
    post: (path, body, idempotencyKey = randomUUID()) => call('POST', path, { body, idempotencyKey }),
  };
}
