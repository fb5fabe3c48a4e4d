import type { Origin } from '../shared/events/event-entry.ts';
import type { ApiRequest } from '../shared/http/api-request.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** A request to change something, freed of HTTP. */
export interface Command<Body> {
  readonly tenant: TenantId;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  readonly fingerprint: Uint8Array;
  readonly origin: Origin;
  /** Client that asks. */
  readonly actor: string;
  readonly body: Body;
}

export const commandOf = <Body>({ caller, idempotencyKey, fingerprint, origin, body }: ApiRequest<Body>): Command<Body> => ({
  tenant: caller.tenant, key: idempotencyKey, fingerprint, origin, actor: caller.clientId, body,
});
