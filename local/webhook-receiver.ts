import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { IncomingHttpHeaders } from 'node:http';

export interface ReceivedWebhook {
  readonly receivedAt: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = number | 'hang' | ((webhook: ReceivedWebhook) => number);

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** Called for each webhook, after it was answered. */
  onWebhook: (webhook: ReceivedWebhook) => void;
  /** Status of the answers, by path; 200 where nothing is set. `hang`: none at all. */
  readonly answers: Map<string, Answer>;
  stop(): Promise<void>;
}

/** A small receiver on a free port of 127.0.0.1 that keeps what it gets. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhook = { receivedAt: Date.now(), path: request.url ?? '/', headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(webhook);
      const answer = answers.get(request.url ?? '/') ?? 200;
      if (answer !== 'hang') response.writeHead(typeof answer === 'number' ? answer : answer(webhook)).end();
      receiver.onWebhook(webhook);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The webhook receiver has no port.');
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${address.port}`,
    received,
    answers,
    onWebhook: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** The event in a webhook, its signature verified by the official Standard Webhooks library. Throws when it does not verify. */
export function verifiedEvent(secret: string, webhook: ReceivedWebhook): Readonly<Record<string, unknown>> {
  const headers = Object.fromEntries(Object.entries(webhook.headers).map(([name, value]) => [name, String(value)]));
  return new Webhook(secret).verify(webhook.body, headers) as Record<string, unknown>;
}
