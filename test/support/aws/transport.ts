import { AwsError, UnsupportedRequest } from './errors.ts';

/** The parts of the SDK's HTTP request that are read here. */
export interface HttpRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

export type Service = 'DynamoDB' | 'EventBridge' | 'SQS' | 'KMS' | 'S3' | 'Lambda';

const TARGETS: ReadonlyMap<string, Service> = new Map([
  ['DynamoDB_20120810', 'DynamoDB'], ['AWSEvents', 'EventBridge'], ['AmazonSQS', 'SQS'], ['TrentService', 'KMS'],
]);

const OLDER_NAMES: ReadonlyMap<string, string> = new Map([
  ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'], ['MessageNotInflight', 'AWS.SimpleQueueService.MessageNotInflight'],
  ['EmptyBatchRequest', 'AWS.SimpleQueueService.EmptyBatchRequest'],
  ['TooManyEntriesInBatchRequest', 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest'],
  ['BatchEntryIdsNotDistinct', 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct'],
]);

/** Service and operation of a request in one of AWS's JSON protocols, or undefined if it is none (S3, Lambda). */
export function jsonTarget(request: HttpRequest): { service: Service; operation: string } | undefined {
  const target = request.headers['x-amz-target'];
  if (target === undefined) return undefined;
  const [prefix = '', operation = ''] = target.split('.');
  const service = TARGETS.get(prefix);
  if (service === undefined) throw new UnsupportedRequest(`the service ${prefix}`);
  return { service, operation };
}

export function bodyBytes(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new UnsupportedRequest('a request body that is a stream');
}

export function jsonResponse(request: HttpRequest, output: object): HttpResponse {
  return { statusCode: 200, headers: jsonHeaders(request), body: Buffer.from(JSON.stringify(output)) };
}

export function jsonError(request: HttpRequest, error: AwsError): HttpResponse {
  const body = { __type: error.name, message: error.message, ...error.fields };
  // SQS names its errors as in its older query protocol too, and the SDK prefers that name.
  const older = OLDER_NAMES.get(error.name);
  // Lambda's protocol is REST, and names its errors in a header.
  const type = request.headers['x-amz-target'] === undefined ? { 'x-amzn-errortype': error.name } : {};
  const headers = { ...jsonHeaders(request), ...type, ...(older === undefined ? {} : { 'x-amzn-query-error': `${older};Sender` }) };
  return { statusCode: error.statusCode, headers, body: Buffer.from(JSON.stringify(body)) };
}

function jsonHeaders(request: HttpRequest): Record<string, string> {
  return { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0', 'x-amzn-requestid': 'in-memory' };
}
