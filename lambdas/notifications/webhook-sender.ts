/** Port that makes one attempt. It never throws for what the endpoint or the network does. */
export interface WebhookSender {
  send(webhook: Webhook): Promise<WebhookAnswer>;
}

export interface Webhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `status` as it came, redirects not followed; or why there is none. */
export type WebhookAnswer = { readonly status: number } | { readonly error: WebhookError };

export type WebhookError = 'address_not_allowed' | 'name_not_resolved' | 'connection_failed' | 'tls_failed' | 'timeout';
