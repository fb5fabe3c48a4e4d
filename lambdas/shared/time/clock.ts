import type { TenantId } from '../ids/ids.ts';

/** Source of time. Asked with the tenant, so that a test tenant can have its own clock. Epoch milliseconds, UTC. */
export interface Clock {
  now(tenant?: TenantId): number;
}

const systemClock: Clock = { now: () => Date.now() };
let current: Clock = systemClock;

export const clock: Clock = { now: (tenant) => current.now(tenant) };

/** For tests and the simulation; undefined puts the system's clock back. */
export const useClock = (replacement: Clock | undefined): void => {
  current = replacement ?? systemClock;
};

/** RFC 3339 in UTC, milliseconds. */
export const toRfc3339 = (epochMs: number): string => new Date(epochMs).toISOString();
