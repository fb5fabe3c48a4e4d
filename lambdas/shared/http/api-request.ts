import type { Route } from '../contract/routes.ts';
import type { Origin } from '../events/event-entry.ts';
import type { TenantId } from '../ids/ids.ts';
import type * as z from 'zod';

/** Who is calling, as the authorizer established it: never taken from the request itself. */
export interface Caller {
  readonly tenant: TenantId;
  readonly clientId: string;
  readonly role: string;
  /** Effective scopes: the token's and the role's. */
  readonly scopes: ReadonlySet<string>;
}

export interface ApiRequest<Body = unknown, Query = unknown> {
  readonly caller: Caller;
  /** Lambda's request id, which no client can choose; also the correlation id of everything this request causes. */
  readonly requestId: string;
  /** What the events that this request causes come of: itself, in the trace that API Gateway began. */
  readonly origin: Origin;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The `Accept` header; '' when there is none. */
  readonly accept: string;
  /** Only on idempotent routes; '' elsewhere. */
  readonly idempotencyKey: string;
  /** Of the body as sent and the path parameters. */
  readonly fingerprint: Uint8Array;
  /** Names the first field that differs from the request that has `earlier` as its fingerprint. */
  firstDifference(earlier: Uint8Array): string | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: no content. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Instead of a body that is JSON: with its Content-Type among the headers. */
  readonly text?: string;
  /** The resource existed already: this answers a repeated request. */
  readonly replayed?: boolean;
}

export interface Endpoint<Body = unknown, Query = unknown> {
  readonly route: Route;
  readonly bodySchema?: z.ZodType<Body>;
  readonly querySchema?: z.ZodType<Query>;
  /** Inside the idempotent part on idempotent routes. Throws ProblemError for what shall not be remembered. */
  handle(request: ApiRequest<Body, Query>): Promise<ApiResponse>;
  /** Outside the idempotent part, also on replays: adds what must not be kept in the response cache (secrets). */
  complete?(response: ApiResponse, request: ApiRequest<Body, Query>): Promise<ApiResponse>;
}

/** Ties the schemas to the handler's types, then forgets them: a function holds many endpoints. */
export const endpoint = <Body, Query>(definition: Endpoint<Body, Query>): Endpoint => definition;

