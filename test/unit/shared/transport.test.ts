import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { isTransient } from '../../../lambdas/shared/aws/errors.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import type { AddressInfo, Server, Socket } from 'node:net';

let server: Server;
const sockets = new Set<Socket>();

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  useTransport(undefined);
});
afterEach(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  useTransport(undefined);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it('gives up on a server that never answers well within an API function\'s time, as something to be tried again', async () => {
  const startedAt = performance.now();
  const error: unknown = await dynamoDb().send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } })).catch((thrown: unknown) => thrown);
  expect(performance.now() - startedAt).toBeLessThan(14_000);
  expect(isTransient(error)).toBe(true);
}, 20_000);
