import { isIP } from 'node:net';
import * as z from 'zod';
import { isAddressAllowed, isLoopback } from './address-policy.ts';
import type { AddressPolicy } from './address-policy.ts';

const MAX_LENGTH = 2_048;
const HTTPS_PORT = 443;
/** Below it are other protocols' services (mail, SSH, databases of old), where nobody runs a webhook receiver. */
const FIRST_UNPRIVILEGED_PORT = 1_024;

export interface Destination {
  readonly protocol: 'https:' | 'http:';
  /** Name or IP address, in the URL parser's normal form (0x7f.1 is 127.0.0.1), without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

/** What an absolute http(s) URL names; undefined when it is not one, or carries credentials or a fragment. */
export const parseWebhookUrl = (text: string): Destination | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  if (text.length > MAX_LENGTH || url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  const { protocol } = url;
  const port = url.port === '' ? (protocol === 'https:' ? HTTPS_PORT : 80) : Number(url.port);
  // Stryker disable next-line Regex: the URL parser lets brackets stand at the two ends of a host and nowhere else.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { protocol, host: host.replace(/\.$/, ''), port, path: `${url.pathname}${url.search}` };
};

const isLocalName = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');
const namesLoopback = ({ host }: Destination): boolean => isLocalName(host) || isLoopback(host);

/** Syntax only: where it leads to is the stage's policy. Plain http can only ever be right on the same machine. */
export const webhookUrlSchema = z
  .string()
  .max(MAX_LENGTH, `must be at most ${MAX_LENGTH} characters`)
  .refine((text) => {
    const destination = parseWebhookUrl(text);
    return destination !== undefined && (destination.protocol === 'https:' || namesLoopback(destination));
  }, 'must be an https URL without credentials and fragment');

/** Whether the policy lets webhooks go there, as far as the URL itself tells; a name's addresses are checked as well. */
export const isDestinationAllowed = (policy: AddressPolicy, destination: Destination): boolean => {
  const { host, port, protocol } = destination;
  if (port !== HTTPS_PORT && port < FIRST_UNPRIVILEGED_PORT) return false;
  if (isLocalName(host) && (!policy.allowLoopback || port === policy.runtimePort)) return false;
  if (protocol === 'http:' && !namesLoopback(destination)) return false;
  return isIP(host) === 0 || isAddressAllowed(policy, host, port);
};
