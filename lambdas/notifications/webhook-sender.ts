/** Port that makes one attempt. It never throws for what the endpoint or the network does. */
export interface WebhookSender {
  /** @param whenSlow called once if there is no answer for SLOW_MS; the attempt goes on */
  send(webhook: Webhook, whenSlow: () => void): Promise<WebhookAnswer>;
}

export interface Webhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** From here on an attempt is counted on to hold its endpoint's others back. */
export const SLOW_MS = 2_000;

/** `status` as it came, redirects not followed; or why there is none. */
export type WebhookAnswer = AnsweredWebhook | { readonly error: WebhookError };

interface AnsweredWebhook {
  readonly status: number;
  /** The header `Retry-After`, as it came. */
  readonly retryAfter?: string;
  /** The first 1 KB of the body, as text; absent when there is none. */
  readonly body?: string;
}

export type WebhookError = 'address_not_allowed' | 'name_not_resolved' | 'connection_failed' | 'tls_failed' | 'timeout';
