import { EventEmitter } from 'node:events';

/** What the webhook sender gives to `request`. */
interface RequestOptions {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
  readonly lookup: (host: string, options: { readonly all: true }, done: (error: Error | null, found: unknown) => void) => void;
}

export interface OutgoingRequest {
  /** Without the port. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface IncomingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The world outside: answers, or refuses, whenever it likes, or never. */
export type Outside = (request: OutgoingRequest, answer: (given: IncomingAnswer) => void, refuse: () => void) => void;

let outside: Outside = () => {
  throw new Error('Nobody answers webhooks.');
};
export const useOutside = (replacement: Outside): void => {
  outside = replacement;
};

/** In place of node:http and node:https for functions: no socket, but the same order of look-up, answer and abort. */
export const request = (options: RequestOptions): EventEmitter & { end(body: Buffer): void } => {
  const made = new EventEmitter();
  const fail = (error: Error): void => {
    if (made.listenerCount('error') > 0) made.emit('error', error);
  };
  options.signal.addEventListener('abort', () => fail(Object.assign(new Error('The operation was aborted'), { code: 'ABORT_ERR' })), { once: true });
  const end = (body: Buffer): void => {
    options.lookup(options.host, { all: true }, (error) => {
      if (error !== null) {
        fail(error);
        return;
      }
      const headers = Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
      outside({ url: `https://${options.host}${options.path}`, headers, body: body.toString() }, (given) => void made.emit('response', answered(given)), () => fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
    });
  };
  return Object.assign(made, { end });
};

const answered = ({ status, headers }: IncomingAnswer): EventEmitter => {
  const response = Object.assign(new EventEmitter(), { statusCode: status, headers, complete: true, destroy: () => undefined });
  queueMicrotask(() => response.emit('close'));
  return response;
};
