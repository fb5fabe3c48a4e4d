import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { InMemoryAws } from '../../test/support/aws/in-memory-aws.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The services in this process' memory, for other processes of this machine: over HTTP, on a free port of 127.0.0.1. */
export const serveAws = async (aws: InMemoryAws): Promise<{ readonly endpoint: string; readonly stop: () => void }> => {
  const server = createServer((request, response) => {
    answer(aws, request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const answer = async (aws: InMemoryAws, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { response: { statusCode, headers: answered, body } } = await aws.requestHandler.handle({
    method: request.method ?? 'POST', hostname: '127.0.0.1', path: request.url ?? '/', headers, body: await buffer(request),
  });
  // Every call is kept for tests to look at: here it would be the whole run in memory.
  aws.calls.length = 0;
  response.writeHead(statusCode, answered).end(body);
};
