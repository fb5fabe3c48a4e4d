import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isAddressAllowed, isLoopback } from './address-policy.ts';
import { SLOW_MS } from './webhook-sender.ts';
import { isDestinationAllowed, parseWebhookUrl } from './webhook-url.ts';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from './address-policy.ts';
import type { ResolveAddresses } from './address-resolver.ts';
import type { Destination } from './webhook-url.ts';
import type { Webhook, WebhookAnswer, WebhookError, WebhookSender } from './webhook-sender.ts';

/** From the first byte of name resolution to the last byte of the answer that is read. */
export const WEBHOOK_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1_024;

interface SenderOptions {
  readonly policy: AddressPolicy;
  readonly resolve: ResolveAddresses;
  readonly timeoutMs?: number;
  readonly slowMs?: number;
}

/**
 * Sends webhooks over the network. The name is resolved once, in the connection's own lookup, and every address it
 * gives is checked there: what is checked is what is connected to, so a name that changes between a check and the
 * connection (DNS rebinding) gains nothing. No connection is reused, no redirect is followed.
 */
export const httpWebhookSender = ({ policy, resolve, timeoutMs = WEBHOOK_TIMEOUT_MS, slowMs = SLOW_MS }: SenderOptions): WebhookSender => ({
  send: async (webhook, whenSlow) => {
    const destination = parseWebhookUrl(webhook.url);
    // An address in the URL is never looked up, so it is checked here.
    if (destination === undefined || !isDestinationAllowed(policy, destination)) return { error: 'address_not_allowed' };
    const signal = AbortSignal.timeout(timeoutMs);
    const slow = AbortSignal.timeout(slowMs);
    slow.addEventListener('abort', whenSlow, { once: true });
    try {
      return await post(destination, webhook, checkedLookup(policy, destination, resolve), signal);
    } catch (error) {
      return { error: signal.aborted ? 'timeout' : reasonOf(error) };
    } finally {
      slow.removeEventListener('abort', whenSlow);
    }
  },
});

/** Thrown by the lookup, before there is a connection. */
class LookupError extends Error {
  readonly reason: WebhookError;

  constructor(reason: WebhookError) {
    super(reason);
    this.reason = reason;
  }
}

const checkedLookup =
  (policy: AddressPolicy, { port, protocol }: Destination, resolve: ResolveAddresses): LookupFunction =>
  (host, options, callback) => {
    const isAllowed = (address: string): boolean =>
      isAddressAllowed(policy, address, port) && (protocol === 'https:' || isLoopback(address));
    const answer = (addresses: readonly string[]): void => {
      const [first] = addresses;
      // One bad address spoils the name: a mix of good and bad is how a rebinding name looks.
      if (first === undefined || !addresses.every(isAllowed)) callback(new LookupError('address_not_allowed'), '');
      else if (options.all === true) callback(null, addresses.map((address) => ({ address, family: isIP(address) })));
      else callback(null, first, isIP(first));
    };
    resolve(host).then(answer, () => callback(new LookupError('name_not_resolved'), ''));
  };

const post = (destination: Destination, webhook: Webhook, lookup: LookupFunction, signal: AbortSignal): Promise<WebhookAnswer> =>
  new Promise((resolve, reject) => {
    const { protocol, host, port, path } = destination;
    const body = Buffer.from(webhook.body);
    const options = {
      host, port, path, lookup, signal, method: 'POST', agent: false,
      headers: { ...webhook.headers, 'Content-Length': body.length, Connection: 'close' },
    };
    const request = protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
    request.on('error', reject);
    request.on('response', (response) => {
      const beginning = readBeginning(response);
      const finish = (): void => resolve(answerOf(response, beginning()));
      // After the status a broken or endless body changes nothing.
      request.off('error', reject).on('error', finish);
      response.on('error', finish).on('close', finish);
    });
    request.end(body);
  });

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, body: string): WebhookAnswer => ({
  status: statusCode,
  ...(headers['retry-after'] === undefined ? {} : { retryAfter: headers['retry-after'] }),
  ...(body === '' ? {} : { body }),
});

/** Of the answer's body only so much is taken as is kept. @returns gives what has come so far, as text */
const readBeginning = (response: IncomingMessage): (() => string) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) response.destroy();
  });
  return () => {
    // A character that was cut in two is left out: half of it would read as a sign of its own, and be longer.
    const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString().replace(/\uFFFD$/, '');
    // So is a number that goes on: half a card number does not look like one, and would be kept.
    return response.complete && bytes <= MAX_ANSWER_BYTES ? text : text.replace(/\d[\d -]*$/, '');
  };
};

const reasonOf = (error: unknown): WebhookError => {
  if (error instanceof LookupError) return error.reason;
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /CERT|TLS|SSL|SIGNATURE|EPROTO/.test(code) ? 'tls_failed' : 'connection_failed';
};
