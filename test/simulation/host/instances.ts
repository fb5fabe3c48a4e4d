import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand } from '@aws-sdk/client-sqs';
import { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod';
import { importOf, registerInstances } from './loader.ts';
import { installVirtualGlobals, whileLoading } from './virtual-globals.ts';
import { randomOf } from '../engine/random.ts';
import type { FunctionWiring } from '../wiring/wiring.ts';
import type { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import type { Surroundings } from './virtual-globals.ts';
import type { Context } from 'aws-lambda';

type HttpHandler = InMemoryAws['requestHandler'];
type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** What Lambda sets beside a function's own variables. */
const lambdaEnvironment = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'simulated', AWS_SECRET_ACCESS_KEY: 'simulated', POWERTOOLS_METRICS_DISABLED: 'true' };

export const environmentOf = (fn: FunctionWiring, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...lambdaEnvironment, AWS_LAMBDA_FUNCTION_NAME: fn.name, ...fn.environment, ...more,
});

/** The SDK's tries of a call, as lambdas/shared/aws/transport.ts asks for them on the network. */
const MAX_ATTEMPTS = 3;
const USER_AGENT = 'getUserAgentMiddleware';
const endpointAt = (url: string): object => ({ url: new URL(url), properties: {}, headers: {} });
const anywhere = endpointAt('https://aws.invalid/');
/** Those whose requests say nothing by their host name: rules for it need not be worked out at every call. SQS compares it with its queues' URLs. */
const oneEndpoint: Readonly<Record<string, object>> = {
  'dynamo-db-client': anywhere, 'event-bridge-client': anywhere, 'kms-client': anywhere, 'lambda-client': anywhere, 'sqs-client': endpointAt('https://sqs.eu-central-1.amazonaws.com/'),
};
const clientModules = ['dynamo-db-client', 'sqs-client', 'event-bridge-client', 'kms-client', 's3-client', 'lambda-client'];

/** One execution environment of a function: modules of its own, one invocation at a time, kept from run to run. */
export interface Instance {
  readonly handler: Handler;
  readonly logger: Logger;
  /** What it knows from earlier invocations, as when Lambda takes its machine away. */
  forget(): void;
  /** As on the first day: what the SDK learnt in an earlier run (its retry quota) is forgotten. */
  refresh(logs: boolean): Promise<void>;
}

/** A place for an instance, which may still be loading. */
export interface Slot {
  busy: boolean;
  readonly loaded: Promise<Instance>;
}

const loggerModule = z.object({ logger: z.instanceof(Logger) });
const handlerModule = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });

/** All instances of this process, by function, settings and number. */
export class Instances {
  readonly #byFunction = new Map<string, Slot[]>();
  #logs = true;
  #warming = false;
  #loading: Promise<unknown> = Promise.resolve();
  readonly #transport: HttpHandler;
  readonly #write: (line: string) => void;

  /** @param transport below every SDK client @param write gets what functions log */
  constructor(transport: HttpHandler, write: (line: string) => void) {
    installVirtualGlobals();
    registerInstances();
    // A developer's own settings of the SDK must not change a run.
    Object.assign(process.env, { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
    const nothing = { response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Buffer.from('{}') } };
    this.#transport = { ...transport, handle: async (request) => (this.#warming ? nothing : transport.handle(request)) };
    this.#write = write;
  }

  /**
   * An instance that is free from now on taken, the lowest number first, so that it does not matter what runs were before. One
   * that does not exist yet is loaded, which takes no virtual time; undefined when there are `atMost` and all are busy.
   * @param settings set over what the templates say
   */
  take(fn: FunctionWiring, settings: Readonly<Record<string, string>>, atMost: number): Slot | undefined {
    const key = `${fn.name} ${textOf(settings)}`;
    const slots = this.#byFunction.get(key) ?? [];
    this.#byFunction.set(key, slots);
    const free = slots.find(({ busy }) => !busy);
    if (free !== undefined) return Object.assign(free, { busy: true });
    if (slots.length >= atMost) return undefined;
    const slot: Slot = { busy: true, loaded: this.#load(fn, settings, `${encodeURIComponent(key)}.${slots.length}`) };
    slots.push(slot);
    return slot;
  }

  async #load(fn: FunctionWiring, settings: Readonly<Record<string, string>>, id: string): Promise<Instance> {
    // One after the other: what a module reads while it is loaded has to be its own function's.
    const before = this.#loading;
    const mine = before.then(() => whileLoading(coldStart(environmentOf(fn, settings)), () => this.#make(fn, id)));
    this.#loading = mine.catch(() => undefined);
    return mine;
  }

  /** Before a run. @param logs whether functions write what they log, which is a tenth of their work */
  async freshen(logs: boolean): Promise<void> {
    this.#logs = logs;
    for (const slot of [...this.#byFunction.values()].flat()) {
      slot.busy = false;
      await (await slot.loaded).refresh(logs);
    }
  }

  async #make(fn: FunctionWiring, id: string): Promise<Instance> {
    const [{ handler }, { logger }] = [handlerModule.parse(await importOf(fn.entry, id)), loggerModule.parse(await importOf('lambdas/shared/observability/logger.ts', id))];
    await this.#takeSeams(id);
    const clients = await clientsOf(id);
    await this.#warm(clients);
    const forget = await seam('memory/memory.ts', 'forgetEverything', id);
    logger.setLogLevel(this.#logs ? 'INFO' : 'SILENT');
    Reflect.set(logger, 'console', lineWriter(this.#write));
    return {
      handler, logger, forget,
      refresh: async (logs) => {
        logger.setLogLevel(logs ? 'INFO' : 'SILENT');
        forget();
        for (const client of clients) Reflect.set(await client.config.retryStrategy(), 'capacity', 500);
      },
    };
  }

  /**
   * A first call, answered by nobody: what a client reads and settles once (settings files, credentials) is not to happen in a
   * run, where it would take turns that a used instance does not.
   */
  async #warm(clients: readonly Client[]): Promise<void> {
    this.#warming = true;
    const first = [
      new GetItemCommand({ TableName: 'none', Key: { pk: { S: 'none' } } }), new DeleteMessageCommand({ QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/none', ReceiptHandle: 'none' }),
      new PutEventsCommand({ Entries: [] }), new DecryptCommand({ CiphertextBlob: new Uint8Array(1) }), new DeleteObjectCommand({ Bucket: 'none', Key: 'none' }), new InvokeCommand({ FunctionName: 'none' }),
    ];
    for (const [index, client] of clients.entries()) await client.send(first[index]);
    this.#warming = false;
  }

  async #takeSeams(id: string): Promise<void> {
    (await seam('aws/transport.ts', 'useTransport', id))(this.#transport, MAX_ATTEMPTS);
    // Math.random is virtual within an invocation; bytes for keys and secrets are not taken from it otherwise.
    (await seam('random/random.ts', 'useRandomness', id))({ uniform: () => Math.random(), bytes: (count: number) => Uint8Array.from({ length: count }, () => Math.floor(Math.random() * 256)) });
  }
}

const seam = async (path: string, name: string, id: string): Promise<(...given: unknown[]) => void> => {
  const found = (await importOf(`lambdas/shared/${path}`, id))[name];
  if (typeof found !== 'function') throw new Error(`lambdas/shared/${path} has no ${name}.`);
  return found as (...given: unknown[]) => void;
};

interface Client {
  send(command: unknown): Promise<unknown>;
  readonly config: { retryStrategy(): Promise<object>; endpointProvider: () => object };
  readonly middlewareStack: { remove(name: string): boolean; add(step: (next: unknown) => unknown, options: { readonly name: string; readonly step: string }): void };
}

const clientsOf = async (id: string): Promise<Client[]> => {
  const clients: Client[] = [];
  for (const name of clientModules) {
    const get = Object.values(await importOf(`lambdas/shared/aws/${name}.ts`, id))[0];
    if (typeof get !== 'function') throw new Error(`lambdas/shared/aws/${name}.ts gives no client.`);
    const client = (get as () => Client)();
    // A third of a call's work, and nothing that anybody here looks at.
    for (const step of ['httpSigningMiddleware', 'loggerMiddleware', 'recursionDetectionMiddleware', USER_AGENT]) client.middlewareStack.remove(step);
    // Powertools puts a step of its own behind it.
    client.middlewareStack.add((next) => next, { name: USER_AGENT, step: 'build' });
    const endpoint = oneEndpoint[name];
    if (endpoint !== undefined) {
      client.config.endpointProvider = () => endpoint;
      // The steps of a call are put together once per kind of call.
      Object.assign(client.config, { cacheMiddleware: true });
    }
    // Reads the SDK's settings files, real ones, now and not in a run.
    await client.config.retryStrategy();
    layOut(client.config);
    clients.push(client);
  }
  return clients;
};

/**
 * V8 keeps a client's configuration as a hash table, and the SDK copies it three times a call. What another object inherits
 * from, V8 lays out as a plain object, which is copied in a tenth of the time: a twentieth of a run.
 */
const layOut = (config: object): void => {
  const heir = Object.create(config) as { readonly none?: unknown };
  for (let look = 0; look < 20; look += 1) if (heir.none !== undefined) throw new Error('A configuration has something called none.');
};

const texts = new WeakMap<object, string>();
const textOf = (settings: Readonly<Record<string, string>>): string => {
  const text = texts.get(settings) ?? JSON.stringify(settings);
  texts.set(settings, text);
  return text;
};

const lineWriter = (write: (line: string) => void): object => Object.fromEntries(['log', 'debug', 'info', 'warn', 'error', 'trace'].map((level) => [level, write]));

const coldStart = (environment: Readonly<Record<string, string>>): Surroundings => {
  const random = randomOf('cold start');
  const loadedAt = Date.UTC(2026, 0, 1);
  return { environment, random, now: () => loadedAt, after: () => ({ cancel: () => undefined }) };
};
