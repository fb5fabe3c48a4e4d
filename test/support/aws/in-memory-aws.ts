import type { DynamoDBRecord } from 'aws-lambda';
import { Database } from './dynamodb/database.ts';
import { callDynamoDb } from './dynamodb/operations.ts';
import type { TableSpec } from './dynamodb/schema.ts';
import { AwsError, UnsupportedRequest } from './errors.ts';
import { bodyBytes, jsonError, jsonResponse, jsonTarget } from './transport.ts';
import type { HttpRequest, HttpResponse, Service } from './transport.ts';

/** One request as a test sees it; `input` is as on the wire (binary is base64). Order is the order of arrival. */
export interface Call {
  readonly service: Service;
  readonly operation: string;
  readonly input: unknown;
}

/**
 * Stands between the SDK and the services. `proceed` applies the call and gives its output; what the interceptor returns is the
 * answer. Throw an AwsError for an answer that is an error (before `proceed`: nothing happened; after it: applied, but the client
 * is told otherwise) or `connectionLost()` for no answer at all.
 */
export type Intercept = (call: Call, proceed: () => object) => Promise<object> | object;

export interface InMemoryAwsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @default the AWS_REGION that the tests run with, us-east-1 */
  readonly region?: string;
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
  readonly #database: Database;

  constructor({ now, region = 'us-east-1' }: InMemoryAwsOptions) {
    this.#database = new Database(now, { region, accountId: '111111111111' });
  }

  createTable(spec: TableSpec): void {
    this.#database.createTable(spec);
  }

  /** The table's stream records from the offset on, as Lambda receives them; empty if it has no stream. */
  stream(tableName: string, since = 0): DynamoDBRecord[] {
    return this.#database.table(tableName).stream?.since(since) ?? [];
  }

  /** Lets TTL delete what has expired by now; answers how many items. */
  expireItems(tableName: string): number {
    return this.#database.table(tableName).expireItems(this.#database.now());
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const target = jsonTarget(request);
    if (target === undefined) throw new UnsupportedRequest(`${request.method} ${request.hostname}${request.path}`);
    const text = bodyBytes(request.body).toString();
    const call: Call = { ...target, input: text === '' ? {} : JSON.parse(text) };
    this.calls.push(call);
    try {
      return jsonResponse(request, await this.intercept(call, () => this.#apply(call)));
    } catch (error) {
      if (error instanceof AwsError) return jsonError(request, error);
      throw error;
    }
  }

  #apply({ service, operation, input }: Call): object {
    if (service === 'DynamoDB') return callDynamoDb(this.#database, operation, input);
    throw new UnsupportedRequest(`${service} ${operation}`);
  }
}
