import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addressPolicy } from '../../../lambdas/notifications/address-policy.ts';
import { httpWebhookSender } from '../../../lambdas/notifications/http-webhook-sender.ts';
import { poll } from '../../../local/poll.ts';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookAnswer } from '../../../lambdas/notifications/webhook-sender.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const strict = addressPolicy('false', undefined);
const local = addressPolicy('true', undefined);

let server: Server;
let port: number;
let received: Received[];
let answer: RequestListener;

beforeEach(async () => {
  received = [];
  answer = (_request, response) => response.writeHead(204).end();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const webhook = (url: string) => ({ url, headers: { 'webhook-id': 'del_1', 'Content-Type': 'application/json' }, body: '{"für":"dich"}' });
const notSlow = (): void => undefined;
const nowhere = async (): Promise<string[]> => [];
const send = (path = '/hook', timeoutMs = 5_000): Promise<WebhookAnswer> => httpWebhookSender({ policy: local, resolve: nowhere, timeoutMs }).send(webhook(`http://127.0.0.1:${port}${path}`), notSlow);
/** A name that leads to these addresses, one list per look-up. */
const names = (...answers: readonly (readonly string[])[]) => {
  const left = [...answers];
  return async (): Promise<readonly string[]> => left.shift() ?? [];
};
const refuseConnection = async (sent: Promise<WebhookAnswer>): Promise<void> => {
  expect(await sent).toEqual({ error: 'address_not_allowed' });
  expect(received).toEqual([]);
};

describe('sending a webhook', () => {
  it('posts the body with its headers and answers with the status', async () => {
    expect(await send('/hook?a=b')).toEqual({ status: 204 });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'POST', url: '/hook?a=b', body: '{"für":"dich"}' });
    expect(received[0]?.headers).toMatchObject({ 'webhook-id': 'del_1', 'content-type': 'application/json', 'content-length': '15', host: `127.0.0.1:${port}` });
  });

  it.each([200, 201, 299, 400, 404, 410, 500, 503])('passes the status %p on', async (status) => {
    answer = (_request, response) => response.writeHead(status).end('text');
    expect(await send()).toEqual({ status, body: 'text' });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%p)', async (status) => {
    answer = (_request, response) => response.writeHead(status, { Location: `http://127.0.0.1:${port}/elsewhere` }).end();
    expect(await send()).toEqual({ status });
    expect(received).toHaveLength(1);
  });

  it('gives up when no answer comes in time', async () => {
    answer = () => undefined;
    expect(await send('/hook', 100)).toEqual({ error: 'timeout' });
  });

  it('keeps the status of an answer whose body does not end', async () => {
    answer = (_request, response) => response.writeHead(200).write('a');
    expect(await send('/hook', 200)).toEqual({ status: 200, body: 'a' });
  });

  it('reads no more than a little of a large answer', async () => {
    let written = 0;
    answer = (_request, response) => {
      response.writeHead(200);
      const pour = (): void => {
        if (response.destroyed || written > 1e8) return;
        written += 65_536;
        response.write(Buffer.alloc(65_536), pour);
      };
      pour();
    };
    const answered = await send();
    expect(answered).toMatchObject({ status: 200 });
    expect(Buffer.byteLength('body' in answered ? answered.body ?? '' : '')).toBe(1_024);
    // What the sockets' buffers hold, and not the hundred megabytes.
    expect(written).toBeLessThan(20_000_000);
  });

  it('gives the header Retry-After, and no half of a character at the end of a long answer', async () => {
    answer = (_request, response) => response.writeHead(503, { 'Retry-After': '120' }).end(`${'a'.repeat(1_023)}ü`);
    expect(await send()).toEqual({ status: 503, retryAfter: '120', body: 'a'.repeat(1_023) });
  });

  it('keeps no number that is cut off with a long answer, or broken off: it may be the beginning of a card number', async () => {
    answer = (_request, response) => response.writeHead(500).end(`${'a'.repeat(1_010)}4242 4242 4242 4242`);
    expect(await send()).toEqual({ status: 500, body: 'a'.repeat(1_010) });
    answer = (_request, response) => {
      response.writeHead(500, { 'Content-Length': '99' }).write('card 4242424242', () => response.destroy());
    };
    expect(await send()).toEqual({ status: 500, body: 'card ' });
    answer = (_request, response) => response.writeHead(500).end('order 42');
    expect(await send()).toEqual({ status: 500, body: 'order 42' });
  });

  it('says once that an answer takes long, and goes on; a quick one is not called slow', async () => {
    let slow = 0;
    const sender = httpWebhookSender({ policy: local, resolve: nowhere, slowMs: 30, timeoutMs: 5_000 });
    const sendIt = () => sender.send(webhook(`http://127.0.0.1:${port}/`), () => void (slow += 1));
    expect([await sendIt(), slow]).toEqual([{ status: 204 }, 0]);
    let release = (): void => undefined;
    answer = (_request, response) => void (release = () => response.writeHead(204).end());
    const sent = sendIt();
    await poll('the attempt to be called slow', async () => (slow > 0 ? true : undefined), { everyMs: 5, timeoutMs: 5_000 });
    release();
    expect([await sent, slow]).toEqual([{ status: 204 }, 1]);
  });

  it('tells a connection that fails or breaks from an answer', async () => {
    answer = (request) => request.socket.destroy();
    expect(await send()).toEqual({ error: 'connection_failed' });
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port: closed } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    expect(await httpWebhookSender({ policy: local, resolve: nowhere }).send(webhook(`http://127.0.0.1:${closed}/`), notSlow)).toEqual({ error: 'connection_failed' });
  });

  it('tells a failed handshake', async () => {
    expect(await httpWebhookSender({ policy: local, resolve: nowhere }).send(webhook(`https://127.0.0.1:${port}/`), notSlow)).toEqual({ error: 'tls_failed' });
    expect(received).toEqual([]);
  });

  it('tells a name that does not resolve', async () => {
    const resolve = async (): Promise<never> => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    expect(await httpWebhookSender({ policy: strict, resolve }).send(webhook('https://gone.example.com/'), notSlow)).toEqual({ error: 'name_not_resolved' });
  });

  it('connects to the address that the name was resolved to', async () => {
    const resolve = names(['127.0.0.1']);
    expect(await httpWebhookSender({ policy: local, resolve }).send(webhook(`http://hooks.localhost:${port}/`), notSlow)).toEqual({ status: 204 });
    expect(received[0]?.headers.host).toBe(`hooks.localhost:${port}`);
  });
});

describe('where a webhook is never sent', () => {
  it.each(['127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', 'localhost', '0.0.0.0', '0', '10.0.0.1', '169.254.169.254', '[fd00:ec2::254]'])(
    'refuses https://%s, whatever it is called', async (host) => {
      let lookups = 0;
      const resolve = async (): Promise<string[]> => {
        lookups += 1;
        return ['127.0.0.1'];
      };
      await refuseConnection(httpWebhookSender({ policy: strict, resolve }).send(webhook(`https://${host}:${port}/`), notSlow));
      expect(lookups).toBe(0);
    },
  );

  it.each([
    ['loopback', ['127.0.0.1']], ['mapped loopback', ['::ffff:127.0.0.1']], ['metadata', ['169.254.169.254']], ['private', ['10.0.0.8']], ['a mix of good and bad', ['8.8.8.8', '127.0.0.1']],
    ['IPv6 loopback', ['::1']], ['nothing', []], ['no address at all', ['localhost']],
  ])('refuses a name that leads to %s', async (_what, addresses) => {
    await refuseConnection(httpWebhookSender({ policy: strict, resolve: names(addresses) }).send(webhook(`https://rebind.example.com:${port}/`), notSlow));
  });

  it('refuses a name that was public when the endpoint was created and is loopback now', async () => {
    const resolve = names(['8.8.8.8'], ['127.0.0.1']);
    expect(await resolve()).toEqual(['8.8.8.8']);
    await refuseConnection(httpWebhookSender({ policy: strict, resolve }).send(webhook(`https://rebind.example.com:${port}/`), notSlow));
  });

  it('asks for the addresses once per attempt, so what is checked is what is connected to', async () => {
    let lookups = 0;
    const resolve = async (): Promise<string[]> => {
      lookups += 1;
      return ['127.0.0.1'];
    };
    await httpWebhookSender({ policy: local, resolve }).send(webhook(`http://hooks.localhost:${port}/`), notSlow);
    expect(lookups).toBe(1);
  });

  it('refuses the port of the Lambda runtime where loopback is allowed', async () => {
    const policy = addressPolicy('true', `127.0.0.1:${port}`);
    for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '[::1]', 'hooks.localhost']) {
      await refuseConnection(httpWebhookSender({ policy, resolve: names(['127.0.0.1']) }).send(webhook(`http://${host}:${port}/`), notSlow));
    }
  });

  it('refuses plain http to anything but loopback', async () => {
    await refuseConnection(httpWebhookSender({ policy: local, resolve: names(['127.0.0.1']) }).send(webhook(`http://example.com:${port}/`), notSlow));
    await refuseConnection(httpWebhookSender({ policy: local, resolve: names(['8.8.8.8']) }).send(webhook(`http://hooks.localhost:${port}/`), notSlow));
  });

  it('is reachable here at all, so that the refusals above mean something', async () => {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect(await send()).toEqual({ status: 204 });
  });
});
