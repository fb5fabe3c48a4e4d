import { TenantProblem } from './ports.ts';
import type { TenantContext } from './ports.ts';

/**
 * Takes a client's access away: first in the identity table, which the authorizer reads (in effect as soon as the
 * gateway's cache lets go, at most 60 s, also for tokens that are still valid), then in the user pool, so that it
 * gets no more tokens. Safe to repeat when the second step failed.
 * @throws TenantProblem
 */
export const revokeClient = async ({ registry, appClients }: TenantContext, clientId: string): Promise<void> => {
  await registry.markRevoked(clientId);
  try {
    await appClients.remove(clientId);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new TenantProblem(`The client is revoked, but still in the user pool: ${cause} Run the same command again.`, { cause: error });
  }
};
