import type { DynamoDBRecord } from 'aws-lambda';
import { makeAccount } from './account.ts';
import type { Account } from './account.ts';
import { canonicalItem } from './dynamodb/attribute-value.ts';
import type { Item } from './dynamodb/attribute-value.ts';
import { Database } from './dynamodb/database.ts';
import { callDynamoDb } from './dynamodb/operations.ts';
import { conflictOf } from './dynamodb/transact-write.ts';
import type { TableSpec } from './dynamodb/schema.ts';
import type { Table } from './dynamodb/table.ts';
import { AwsError } from './errors.ts';
import { EventBridge } from './eventbridge/event-bridge.ts';
import type { BusEvent, PublishedEvent } from './eventbridge/event-bridge.ts';
import type { EventPattern } from './eventbridge/event-pattern.ts';
import { Kms } from './kms/kms.ts';
import type { KeySpec } from './kms/kms.ts';
import { Functions, invokeInput, invokeResponse } from './lambda/functions.ts';
import type { InvokedFunction, InvokeInput, InvokeOutput } from './lambda/functions.ts';
import { S3 } from './s3/s3.ts';
import type { S3Input, StoredObject } from './s3/s3.ts';
import { s3Error, s3Request, s3Response } from './s3/s3-protocol.ts';
import type { Message, Queue, QueueSpec } from './sqs/queue.ts';
import { Sqs } from './sqs/sqs.ts';
import { bodyBytes, jsonError, jsonResponse, jsonTarget } from './transport.ts';
import type { HttpRequest, HttpResponse, Service } from './transport.ts';

/** One request as a test sees it; `input` is as on the wire (binary is base64; S3's body a Buffer). Order is the order of arrival. */
export interface Call {
  readonly service: Service;
  readonly operation: string;
  readonly input: unknown;
}

/**
 * Stands between the SDK and the services. `proceed` applies the call and gives its output; what the interceptor returns is the
 * answer. Throw an AwsError for an answer that is an error (before `proceed`: nothing happened; after it: applied, but the client
 * is told otherwise) or `connectionLost()` for no answer at all. `proceed` takes another input in place of the call's own.
 */
export type Intercept = (call: Call, proceed: (input?: unknown) => object) => Promise<object> | object;

export interface InMemoryAwsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * From 0 up to 1. With it a queue gives its visible messages in a random order, as a standard queue may.
   * @default the order of arrival
   */
  readonly random?: () => number;
  /** @default the AWS_REGION that the tests run with, us-east-1 */
  readonly region?: string;
}

/** A rule that gives an event's `detail` to a queue. */
export interface RuleSpec {
  readonly bus: string;
  readonly pattern: EventPattern;
  readonly queue: string;
}

/** A rule that gives an event to whatever is to become of it. */
export interface TargetSpec {
  readonly bus: string;
  readonly pattern: EventPattern;
  readonly deliver: (event: BusEvent, traceHeader: string | undefined) => void;
}

/** An AWS account in memory, below the SDK's clients: give `requestHandler` to each of them. */
export class InMemoryAws {
  readonly calls: Call[] = [];
  intercept: Intercept = (_call, proceed) => proceed();
  readonly requestHandler = {
    handle: async (request: HttpRequest): Promise<{ response: HttpResponse }> => ({ response: await this.#answer(request) }),
    updateHttpClientConfig: (): void => undefined,
    httpHandlerConfigs: (): Record<string, never> => ({}),
  };
  readonly #account: Account;
  readonly #database: Database;
  readonly #events: EventBridge;
  readonly #queues: Sqs;
  readonly #keys: Kms;
  readonly #buckets: S3;
  readonly #functions = new Functions();

  constructor({ now, random, region = 'us-east-1' }: InMemoryAwsOptions) {
    this.#account = makeAccount(region, now);
    this.#database = new Database(this.#account);
    this.#events = new EventBridge(this.#account);
    this.#queues = new Sqs(this.#account, (count) => (random === undefined ? 0 : Math.floor(random() * count)));
    this.#keys = new Kms(this.#account);
    this.#buckets = new S3(this.#account);
  }

  createTable(spec: TableSpec): void {
    this.#database.createTable(spec);
  }

  table(name: string): Table {
    return this.#database.table(name);
  }

  /** Fills a table as a restored backup does: items as on the wire, without requests and without stream records. */
  restore(tableName: string, items: readonly Item[]): void {
    const table = this.#database.table(tableName);
    for (const item of items) table.restore(canonicalItem(item));
  }

  /** The table's stream records from the offset on, as Lambda receives them, at most so many; empty if it has no stream. */
  stream(tableName: string, since = 0, atMost = Number.POSITIVE_INFINITY): DynamoDBRecord[] {
    return this.#database.table(tableName).stream?.since(since, atMost) ?? [];
  }

  /** How many records the stream has had, read or not. */
  streamLength(tableName: string): number {
    return this.#database.table(tableName).stream?.length ?? 0;
  }

  /** Lets TTL delete what has expired by now, or by another time (epoch milliseconds); answers how many items. */
  expireItems(tableName: string, by = this.#account.now()): number {
    return this.#database.table(tableName).expireItems(by);
  }

  /** What TransactWriteItems answers when the item at this position is in another transaction; nothing is applied. */
  conflict(input: unknown, position: number): AwsError {
    return conflictOf(this.#database, input, position);
  }

  createBus(name: string): void {
    this.#events.createBus(name);
  }

  /** Bus and queue must exist already. */
  addRule({ bus, pattern, queue }: RuleSpec): void {
    const target = this.#queues.queue(queue);
    this.#events.addRule(bus, pattern, ({ detail }, traceHeader) => {
      target.send({ body: JSON.stringify(detail), ...(traceHeader === undefined ? {} : { traceHeader }) });
    });
  }

  /** A rule with a target of one's own; the bus must exist already. */
  addTarget({ bus, pattern, deliver }: TargetSpec): void {
    this.#events.addRule(bus, pattern, deliver);
  }

  /** Events that a bus took, matched by a rule or not. */
  get published(): readonly PublishedEvent[] {
    return this.#events.published;
  }

  /** Events sent to a bus that does not exist: AWS answers 200 and drops them. */
  get dropped(): readonly PublishedEvent[] {
    return this.#events.dropped;
  }

  /** Gives the URL. A dead-letter queue is created before the queue that redrives to it. */
  createQueue(spec: QueueSpec): string {
    return this.#queues.createQueue(spec).url;
  }

  /** By name, URL or ARN, for those who use it as AWS does itself, without a request. */
  queue(reference: string): Queue {
    return this.#queues.queue(reference);
  }

  /** What a mapping takes from a queue: up to `limit` messages, and what was received too often goes to the dead letters. */
  receive(queue: Queue, limit: number, choose: (count: number) => number): Message[] {
    return queue.receive(limit, undefined, choose, (message) => this.#queues.giveUp(queue, message));
  }

  /** Gives dead letters back to the queues they come from, as StartMessageMoveTask does. */
  redrive(deadLetterQueue: string): void {
    this.#queues.call('StartMessageMoveTask', { SourceArn: this.#queues.queue(deadLetterQueue).arn });
  }

  /** Everything in the queue, visible or not. */
  messages(queue: string): readonly Message[] {
    return this.#queues.queue(queue).messages;
  }

  createKey(spec: KeySpec): void {
    this.#keys.createKey(spec);
  }

  createBucket(name: string): void {
    this.#buckets.createBucket(name);
  }

  /** Puts an object as AWS itself does, without a request. */
  put(bucket: string, key: string, body: string): void {
    this.#buckets.call('PutObject', { Bucket: bucket, Key: key, Body: Buffer.from(body), ContentType: 'application/json' });
  }

  objects(bucket: string): ReadonlyMap<string, StoredObject> {
    return this.#buckets.objects(bucket);
  }

  /** A function that can be invoked by its name. */
  createFunction(name: string, run: InvokedFunction): void {
    this.#functions.create(name, run);
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const target = jsonTarget(request);
    const invocation = invokeInput(request);
    if (invocation !== undefined) return this.#answerInvoke(request, invocation);
    if (target === undefined) return this.#answerS3(request);
    const text = bodyBytes(request.body).toString();
    try {
      return jsonResponse(request, await this.#run({ ...target, input: text === '' ? {} : JSON.parse(text) }));
    } catch (error) {
      if (error instanceof AwsError) return jsonError(request, error);
      throw error;
    }
  }

  async #answerInvoke(request: HttpRequest, input: InvokeInput): Promise<HttpResponse> {
    try {
      return invokeResponse((await this.#run({ service: 'Lambda', operation: 'Invoke', input })) as InvokeOutput);
    } catch (error) {
      if (error instanceof AwsError) return jsonError(request, error);
      throw error;
    }
  }

  async #answerS3(request: HttpRequest): Promise<HttpResponse> {
    try {
      return s3Response(await this.#run({ service: 'S3', ...s3Request(request) }));
    } catch (error) {
      if (error instanceof AwsError) return s3Error(error);
      throw error;
    }
  }

  async #run(call: Call): Promise<object> {
    this.calls.push(call);
    return await this.intercept(call, (input = call.input) => this.#apply({ ...call, input }));
  }

  #apply({ service, operation, input }: Call): object {
    switch (service) {
      case 'DynamoDB': return callDynamoDb(this.#database, operation, input);
      case 'EventBridge': return this.#events.call(operation, input);
      case 'SQS': return this.#queues.call(operation, input);
      case 'KMS': return this.#keys.call(operation, input);
      case 'Lambda': return this.#functions.invoke(input as InvokeInput);
      case 'S3': return this.#buckets.call(operation, input as S3Input);
    }
  }
}
