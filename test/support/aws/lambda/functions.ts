import { AwsError, UnsupportedRequest } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { bodyBytes } from '../transport.ts';

/** What a function does with the JSON it is invoked with; what it throws is the function's error, not the call's. */
export type InvokedFunction = (payload: unknown) => Promise<unknown>;

export interface InvokeInput {
  readonly FunctionName: string;
  readonly Payload: unknown;
}

export interface InvokeOutput {
  readonly Payload: unknown;
  readonly FunctionError?: 'Unhandled';
}

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** The input of an Invoke request (REST), or undefined if it is none. */
export function invokeInput(request: HttpRequest): InvokeInput | undefined {
  const name = PATH.exec(request.path)?.[1];
  if (name === undefined) return undefined;
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') throw new UnsupportedRequest(`the invocation type ${type}`);
  const text = bodyBytes(request.body).toString();
  return { FunctionName: decodeURIComponent(name), Payload: text === '' ? {} : JSON.parse(text) };
}

export function invokeResponse({ Payload, FunctionError }: InvokeOutput): HttpResponse {
  const headers = { 'content-type': 'application/json', ...(FunctionError === undefined ? {} : { 'x-amz-function-error': FunctionError }) };
  return { statusCode: 200, headers, body: Buffer.from(JSON.stringify(Payload ?? null)) };
}

/** The functions of one account that can be invoked by name. */
export class Functions {
  readonly #functions = new Map<string, InvokedFunction>();

  create(name: string, run: InvokedFunction): void {
    this.#functions.set(name, run);
  }

  async invoke({ FunctionName, Payload }: InvokeInput): Promise<InvokeOutput> {
    const run = this.#functions.get(FunctionName);
    if (run === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${FunctionName}`, {}, 404);
    try {
      return { Payload: await run(Payload) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      return { Payload: { errorType: name, errorMessage: message }, FunctionError: 'Unhandled' };
    }
  }
}
