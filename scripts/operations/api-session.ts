import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as z from 'zod';
import { stageOutputs, StageProblem } from '../stage-outputs.ts';
import type { StageOutputs } from '../stage-outputs.ts';

/** For `parseArgs`: what every command that calls the API takes. */
export const sessionOptions = {
  stage: { type: 'string', default: 'dev' },
  api: { type: 'string' },
  token: { type: 'string' },
} as const;

export const sessionUsage = `Where: --api URL or $API, else the stack outputs of --stage (dev), with the AWS credentials and region of the shell.
       A stage with a domain name answers there only: give --api.
Who:   --token or $TOKEN, else a token for $CLIENT_ID and $CLIENT_SECRET (token URL: $TOKEN_URL, else the stage's).
$CACERT: file of a certificate authority to trust besides the public ones (the local engine's).`;

interface SessionOptions {
  readonly stage: string;
  readonly api?: string | undefined;
  readonly token?: string | undefined;
}

const problemSchema = z.object({ violations: z.array(z.object({ pointer: z.string(), message: z.string() })) });

type Variables = Readonly<Record<string, string | undefined>>;

export class SessionProblem extends Error {
  /** The same call may go well a moment later. */
  readonly isTransient: boolean;

  constructor(message: string, { isTransient = false, cause }: { readonly isTransient?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.isTransient = isTransient;
  }
}

/** The API as one caller; every answer that is not a success is a SessionProblem with the API's own words. */
export interface ApiSession {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown, idempotencyKey: string): Promise<unknown>;
}

/**
 * Signs in with what the command line and the environment say.
 * @throws SessionProblem saying what is missing; StageProblem for an output that the stage does not have
 */
export const openSession = async (options: SessionOptions, variables: Variables): Promise<ApiSession> => {
  const set = (name: string): string | undefined => (variables[name] === '' ? undefined : variables[name]);
  const caFile = set('CACERT');
  if (caFile !== undefined) trust(caFile);
  let read: Promise<StageOutputs> | undefined;
  // Asked only for what is not given: then no AWS credentials are needed.
  const output = async (name: string): Promise<string> => (await (read ??= outputsOf(options.stage))).named(name);
  const baseUrl = (options.api ?? set('API') ?? (await output('ApiUrl'))).replace(/\/$/, '');
  // Whoever is on call must not be told of another tenant's emptiness because a shell still has an old token.
  if (options.token === undefined && set('TOKEN') !== undefined && set('CLIENT_ID') !== undefined) {
    throw new SessionProblem('Both $TOKEN and $CLIENT_ID are set, and they may be two callers. Unset one of them.');
  }
  const token = options.token ?? set('TOKEN') ?? (await tokenFor(set, output));
  return {
    get: (path) => call(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } }),
    post: (path, body, idempotencyKey) =>
      call(`${baseUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(body),
      }),
  };
};

const trust = (file: string): void => {
  try {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')]);
  } catch (error) {
    throw new SessionProblem(`$CACERT is ${file}, which cannot be used: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
};

const outputsOf = async (stage: string): Promise<StageOutputs> => {
  try {
    return await stageOutputs(stage);
  } catch (error) {
    if (!(error instanceof StageProblem)) throw error;
    throw new SessionProblem(`${error.message}\nWithout AWS: set $API and $TOKEN (and $CACERT), as npm start prints them.`, { cause: error });
  }
};

const tokenFor = async (set: (name: string) => string | undefined, output: (name: string) => Promise<string>): Promise<string> => {
  const [clientId, clientSecret] = [set('CLIENT_ID'), set('CLIENT_SECRET')];
  if (clientId === undefined || clientSecret === undefined) throw new SessionProblem(`There is no token, and no client to get one for.\n${sessionUsage}`);
  const answer = await send(set('TOKEN_URL') ?? (await output('TokenUrl')), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const token = memberOf(await bodyOf(answer), 'access_token');
  if (token === undefined) throw new SessionProblem(`The token endpoint refused the client: ${answer.status}. Are $CLIENT_ID and $CLIENT_SECRET those of this stage?`);
  return token;
};

const call = async (url: string, init: RequestInit): Promise<unknown> => {
  const answer = await send(url, init);
  const body = await bodyOf(answer);
  if (answer.ok) return body;
  const words = [memberOf(body, 'code') ?? memberOf(body, 'message'), memberOf(body, 'detail')].filter((word) => word !== undefined).join(': ');
  const advice = answer.status === 401 ? ' A token lasts an hour: get a new one.' : '';
  const isTransient = answer.status === 429 || answer.status >= 500;
  throw new SessionProblem(`The API answered ${answer.status}${words === '' ? '' : ` ${words}`}.${violationsIn(body)}${advice}`.replace('..', '.'), { isTransient });
};

const violationsIn = (body: unknown): string => {
  const found = problemSchema.safeParse(body).data?.violations ?? [];
  return found.map(({ pointer, message }) => ` ${pointer} ${message}.`).join('');
};

const send = async (url: string, init: RequestInit): Promise<Response> => {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new SessionProblem(`${url} is no address: it begins with https://.`);
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    throw new SessionProblem(`${new URL(url).origin} does not answer: ${cause instanceof Error ? cause.message : String(error)}.`, { isTransient: true, cause: error });
  }
};

const bodyOf = async (answer: Response): Promise<unknown> => {
  const text = await answer.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new SessionProblem(`What answers at ${new URL(answer.url).origin} is not the API: ${answer.status}, no JSON.`);
  }
};

const memberOf = (body: unknown, name: string): string | undefined => {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};
