import { ProblemError } from '../shared/http/problem.ts';
import { timers } from '../shared/time/timers.ts';
import { isAddressAllowed } from './address-policy.ts';
import { isDestinationAllowed, parseWebhookUrl } from './webhook-url.ts';
import type { AddressPolicy } from './address-policy.ts';
import type { ResolveAddresses } from './address-resolver.ts';

/** A name server that does not answer must not use up the request's time. */
const RESOLVE_TIMEOUT_MS = 2_000;

export interface UrlPorts {
  readonly policy: AddressPolicy;
  readonly resolve: ResolveAddresses;
}

/** @throws ProblemError webhook_url_not_allowed for a URL that leads into a network that is not the caller's business */
export const refuseForbiddenUrl = async ({ policy, resolve }: UrlPorts, url: string): Promise<void> => {
  const destination = parseWebhookUrl(url);
  if (destination === undefined || !isDestinationAllowed(policy, destination)) throw urlNotAllowed();
  // A name that does not resolve now may do so tomorrow; each delivery checks what it really connects to.
  const unresolved = async (): Promise<readonly string[]> => [];
  const addresses = await Promise.race([resolve(destination.host).catch(unresolved), timers.sleep(RESOLVE_TIMEOUT_MS).then(unresolved)]);
  if (!addresses.every((address) => isAddressAllowed(policy, address, destination.port))) throw urlNotAllowed();
};

const urlNotAllowed = (): ProblemError =>
  new ProblemError('webhook_url_not_allowed', 'Webhooks are sent by https to public addresses only, on port 443 or above 1023.', {
    param: '/url',
  });
