import type { NewEvent } from '../shared/events/event-entry.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { EndpointHealth } from './endpoint-health.ts';

export interface EndpointFailure {
  readonly at: number;
  /** How many failures it counts for. */
  readonly weight: number;
  /** undefined: no pause follows. */
  readonly pausedUntil: number | undefined;
}

/** Port: what attempts show about a live endpoint. Nothing happens to one that is gone. Times in epoch milliseconds. */
export interface EndpointHealthStore {
  /** Counts a failure. @returns the health then; undefined when the endpoint is gone or disabled */
  fail(tenant: TenantId, id: WebhookEndpointId, failure: EndpointFailure): Promise<EndpointHealth | undefined>;
  /** Begins to count anew, unless somebody has failed since. @param lastFailureAt as it was read */
  forget(tenant: TenantId, id: WebhookEndpointId, lastFailureAt: number): Promise<void>;
  /** Holds the endpoint's other attempts back. */
  pause(tenant: TenantId, id: WebhookEndpointId, until: number): Promise<void>;
  /** Of all who find a pause over one gets the probe: it is paused for the others. */
  takeProbe(tenant: TenantId, id: WebhookEndpointId, now: number, until: number): Promise<boolean>;
  /** It has answered: as if it had never failed. */
  heal(tenant: TenantId, id: WebhookEndpointId): Promise<void>;
  /**
   * Disables it with the event that tells so.
   * @param failingSince it must have failed since then, without a success meanwhile; undefined: whatever it did
   * @returns false when it was not enabled, or has answered meanwhile
   */
  disable(tenant: TenantId, id: WebhookEndpointId, tells: NewEvent, failingSince: number | undefined): Promise<boolean>;
}
