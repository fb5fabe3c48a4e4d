import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { openSession } from '../../../scripts/operations/api-session.ts';
import type { IncomingMessage, Server } from 'node:http';

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

let server: Server;
let origin: string;
let received: Received[];
let answer: { status: number; body: string };

beforeEach(async () => {
  received = [];
  answer = { status: 200, body: '{"ok":true}' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ request, body });
      const { status, body: text } = request.url === '/token' ? { status: 200, body: '{"access_token":"fresh"}' } : answer;
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  origin = `http://127.0.0.1:${address.port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const stage = 'dev';

describe('a session with the API', () => {
  it('calls the API of the environment with its token', async () => {
    const session = await openSession({ stage }, { API: `${origin}/base/`, TOKEN: 'given' });
    expect(await session.get('/v1/things')).toEqual({ ok: true });
    expect(received[0]?.request).toMatchObject({ url: '/base/v1/things', headers: { authorization: 'Bearer given' } });
  });

  it('prefers the command line to the environment', async () => {
    const session = await openSession({ stage, api: origin, token: 'flag' }, { API: 'http://127.0.0.1:1', TOKEN: 'given' });
    await session.get('/v1/things');
    expect(received[0]?.request.headers.authorization).toBe('Bearer flag');
  });

  it('gets a token for a client, and posts with the key it is told', async () => {
    const session = await openSession({ stage }, { API: origin, TOKEN: '', CLIENT_ID: 'me', CLIENT_SECRET: 'secret', TOKEN_URL: `${origin}/token` });
    await session.post('/v1/things', { a: 1 }, 'key-1');
    expect(received[0]).toMatchObject({ body: 'grant_type=client_credentials', request: { headers: { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` } } });
    expect(received[1]).toMatchObject({ body: '{"a":1}', request: { method: 'POST', headers: { authorization: 'Bearer fresh', 'idempotency-key': 'key-1' } } });
  });

  it('refuses to go on without a token or a client, and says what is missing', async () => {
    await expect(openSession({ stage }, { API: origin })).rejects.toThrow(/no token, and no client.*\n.*--api URL/);
  });

  it("tells a refusal in the API's own words", async () => {
    const session = await openSession({ stage }, { API: origin, TOKEN: 'given' });
    answer = { status: 404, body: '{"code":"not_found","detail":"There is no such thing."}' };
    await expect(session.get('/v1/things')).rejects.toThrow('The API answered 404 not_found: There is no such thing.');
    answer = { status: 401, body: '{"code":"unauthorized"}' };
    await expect(session.get('/v1/things')).rejects.toThrow('The API answered 401 unauthorized. A token lasts an hour: get a new one.');
  });

  it('names each member of a request that is not valid', async () => {
    const session = await openSession({ stage }, { API: origin, TOKEN: 'given' });
    answer = { status: 400, body: '{"code":"validation_failed","detail":"The request has 1 violation.","violations":[{"pointer":"/since","message":"must be before until"}]}' };
    await expect(session.get('/v1/things')).rejects.toThrow('The API answered 400 validation_failed: The request has 1 violation. /since must be before until.');
  });

  it('tells what may go well a moment later from what will not', async () => {
    const session = await openSession({ stage }, { API: origin, TOKEN: 'given' });
    for (const [status, isTransient] of [[429, true], [503, true], [409, false], [400, false]] as const) {
      answer = { status, body: '{}' };
      await expect(session.get('/v1/things')).rejects.toMatchObject({ isTransient });
    }
    const nobody = await openSession({ stage }, { API: 'http://127.0.0.1:1', TOKEN: 'given' });
    await expect(nobody.get('/v1/things')).rejects.toMatchObject({ isTransient: true });
  });

  it.each(['nonsense', '127.0.0.1:4566'])('refuses an address that is none: %s', async (API) => {
    const session = await openSession({ stage }, { API, TOKEN: 'given' });
    await expect(session.get('/v1/things')).rejects.toThrow(`${API}/v1/things is no address: it begins with https://.`);
  });

  it('refuses a certificate file that it cannot read, naming it', async () => {
    await expect(openSession({ stage }, { API: origin, TOKEN: 'given', CACERT: '/nowhere/ca.crt' })).rejects.toThrow('$CACERT is /nowhere/ca.crt, which cannot be used');
  });

  it('says so when what answers is not the API, or nothing does', async () => {
    const session = await openSession({ stage }, { API: origin, TOKEN: 'given' });
    answer = { status: 200, body: '<html>' };
    await expect(session.get('/v1/things')).rejects.toThrow(/is not the API: 200, no JSON/);
    const nobody = await openSession({ stage }, { API: 'http://127.0.0.1:1', TOKEN: 'given' });
    await expect(nobody.get('/v1/things')).rejects.toThrow(/^http:\/\/127.0.0.1:1 does not answer/);
  });
});
