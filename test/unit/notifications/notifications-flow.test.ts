import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { parseEnvelope } from '../../../lambdas/shared/events/envelope.ts';
import { logger } from '../../../lambdas/shared/observability/logger.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { idempotencyTableOf, tableNameOf } from '../../support/tables.ts';
import { aPublicEvent, closeWorld, openWorld, START, testSchedule } from './notifications-world.ts';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { World } from './notifications-world.ts';

Object.assign(process.env, {
  TABLE_NAME: tableNameOf('notifications'), IDEMPOTENCY_TABLE_NAME: idempotencyTableOf('notifications'), EVENT_BUS_NAME: 'bus', PARKING_BUCKET_NAME: 'parking',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111111111111/queue', SECRETS_KEY_ID: 'secrets', CURSOR_KEY_ID: 'cursors', ALLOW_LOOPBACK_WEBHOOKS: 'true',
  WEBHOOK_SCHEDULE: JSON.stringify(testSchedule),
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
});
// Handlers read their settings when they are loaded.
const api = await import('../../../lambdas/notifications/notifications-api.handler.ts');
const consumer = await import('../../../lambdas/notifications/notifications-consumer.handler.ts');
const relay = await import('../../../lambdas/notifications/notifications-relay.handler.ts');
const delivery = await import('../../../lambdas/notifications/delivery.handler.ts');

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const NOW = Date.now();
let world: World;
let published: Envelope[];
let hints: { readonly DelaySeconds: number; readonly MessageBody: string }[];
let server: Server;
let received: Received[];
let status: number;

beforeEach(async () => {
  world = openWorld();
  world.advance(NOW - START);
  [published, received, hints, status] = [[], [], [], 200];
  const healthy = world.aws.intercept;
  world.aws.intercept = (call, proceed) => {
    if (call.operation === 'ChangeMessageVisibility') return {};
    if (call.operation === 'SendMessage') {
      hints.push(call.input as (typeof hints)[number]);
      return {};
    }
    if (call.operation !== 'PutEvents') return healthy(call, proceed);
    const { Entries } = call.input as { Entries: { Detail: string }[] };
    published.push(...Entries.map(({ Detail }) => parseEnvelope(JSON.parse(Detail))));
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  closeWorld();
  jest.restoreAllMocks();
  await new Promise((resolve) => server.close(resolve));
});

const messages = (...events: readonly Envelope[]): SQSEvent => ({
  Records: events.map((event, index) => ({
    messageId: `message-${index}`, receiptHandle: `receipt-${index}`, body: JSON.stringify(event), attributes: { ApproximateReceiveCount: '1' },
  })) as unknown as SQSEvent['Records'],
});
const run = async (handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>, ...events: readonly Envelope[]): Promise<string[]> =>
  (await handler(messages(...events), lambdaContext())).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const relayAll = async (): Promise<Envelope[]> => {
  expect(await relay.handler({ Records: world.aws.stream(world.table) }, lambdaContext())).toEqual({ batchItemFailures: [] });
  return published;
};
const createEndpoint = async (): Promise<string> => {
  const { port } = server.address() as AddressInfo;
  const answer = parsed(await api.handler(apiEvent(routes.createWebhookEndpoint, { key: 'k', body: { url: `http://127.0.0.1:${port}/` } }), lambdaContext()));
  expect(answer.status).toBe(201);
  return String(answer.body['secret']);
};

describe('from a public event to its webhook, through the functions', () => {
  it('delivers what the official library verifies, after a failure, under one id and one correlation', async () => {
    const lines: string[] = [];
    const collect = (_message: unknown, ...extra: unknown[]): void => {
      lines.push(JSON.stringify(extra));
    };
    jest.spyOn(logger, 'info').mockImplementation(collect);
    jest.spyOn(logger, 'error').mockImplementation(collect);
    const secret = await createEndpoint();
    const event = aPublicEvent({ at: NOW });
    lines.length = 0;

    expect(await run(consumer.handler, event)).toEqual([]);
    const asks = (await relayAll()).filter((said): said is Envelope<'WebhookDeliveryRequested'> => said.type === 'WebhookDeliveryRequested');
    expect(asks.map(({ type, correlationid }) => ({ type, correlationid }))).toEqual([{ type: 'WebhookDeliveryRequested', correlationid: event.correlationid }]);
    status = 500;
    expect(await run(delivery.handler, ...asks)).toEqual([]);
    expect(hints).toEqual([{ QueueUrl: process.env['QUEUE_URL'], MessageBody: JSON.stringify(asks[0]), DelaySeconds: expect.any(Number), MessageGroupId: asks[0]?.data.endpointId }]);
    world.advance((hints[0]?.DelaySeconds ?? 0) * 1_000);
    status = 200;
    expect(await run(delivery.handler, ...asks)).toEqual([]);
    expect(await run(delivery.handler, ...asks)).toEqual([]);

    expect(received).toHaveLength(2);
    const { emission: _emission, ...envelope } = event;
    for (const { headers, body } of received) {
      expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toEqual(envelope);
      expect(headers['x-correlation-id']).toBe(event.correlationid);
    }
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    // The relay says one line per batch, for its first event.
    expect(lines.length).toBeGreaterThanOrEqual(6);
    for (const line of lines) expect(line).toContain(`"correlationId":"${event.correlationid}"`);
    expect(lines.join()).not.toContain(secret);
  });

  it('reports the one message of a batch that cannot be read, and works on the others', async () => {
    const poison = { not: 'an event' } as unknown as Envelope;
    expect(await run(consumer.handler, aPublicEvent({ at: NOW, payment: 'a' }), poison, aPublicEvent({ at: NOW, payment: 'b' }))).toEqual(['message-1']);
    const { body } = parsed(await api.handler(apiEvent(routes.listEvents), lambdaContext()));
    expect(body['data']).toHaveLength(2);
  });

  it('refuses events that the queue of deliveries is not for', async () => {
    expect(await run(delivery.handler, aPublicEvent({ at: NOW }))).toEqual(['message-0']);
  });
});
