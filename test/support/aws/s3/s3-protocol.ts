import { Readable } from 'node:stream';
import { AwsError, UnsupportedRequest } from '../errors.ts';
import { isRecord } from '../requests.ts';
import { bodyBytes } from '../transport.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { escapeXml } from './s3.ts';
import type { S3Input } from './s3.ts';

const QUERY = new Set(['x-id', 'list-type', 'prefix', 'max-keys', 'start-after', 'continuation-token']);
const HEADERS = [
  /^x-amz-meta-/, /^x-amz-(user-agent|date|content-sha256|security-token)$/, /^x-amz-(sdk-)?checksum-/,
];

/** Operation and input of an S3 request (REST), for buckets in the host name or in the path. */
export function s3Request(request: HttpRequest): { operation: string; input: S3Input } {
  refuseUnknown(request);
  const { bucket, key } = locate(request);
  const query = (name: string): string | undefined => {
    const value = request.query?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (request.method === 'PUT' && key !== '') {
    return { operation: 'PutObject', input: { Bucket: bucket, Key: key, ...putInput(request) } };
  }
  if (request.method === 'DELETE' && key !== '') return { operation: 'DeleteObject', input: { Bucket: bucket, Key: key } };
  if (request.method === 'GET' && key !== '') return { operation: 'GetObject', input: { Bucket: bucket, Key: key } };
  if (request.method === 'GET' && query('list-type') === '2') {
    const given = {
      Prefix: query('prefix'), StartAfter: query('start-after'), ContinuationToken: query('continuation-token'),
      MaxKeys: query('max-keys') === undefined ? undefined : Number(query('max-keys')),
    };
    return { operation: 'ListObjectsV2', input: { Bucket: bucket, ...defined(given) } };
  }
  throw new UnsupportedRequest(`S3 ${request.method} ${request.path}`);
}

function putInput(request: HttpRequest): Omit<S3Input, 'Bucket' | 'Key'> {
  const metadata = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .map(([name, value]) => [name.slice('x-amz-meta-'.length), value]);
  return {
    Body: bodyBytes(request.body),
    Metadata: Object.fromEntries(metadata) as Record<string, string>,
    ...defined({ ContentType: request.headers['content-type'] }),
  };
}

function locate({ hostname, path }: HttpRequest): { bucket: string; key: string } {
  const inHost = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  const [first = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
  return inHost === undefined ? { bucket: first, key: rest.join('/') } : { bucket: inHost, key: [first, ...rest].join('/') };
}

/** Options of S3 come as query parameters and headers. */
function refuseUnknown(request: HttpRequest): void {
  const unknownQuery = Object.keys(request.query ?? {}).find((name) => !QUERY.has(name));
  if (unknownQuery !== undefined) throw new UnsupportedRequest(`the query parameter ${unknownQuery} of S3`);
  const unknownHeader = Object.keys(request.headers).find((name) =>
    (name.startsWith('x-amz-') || name.startsWith('if-') || name === 'range') && !HEADERS.some((known) => known.test(name)));
  if (unknownHeader !== undefined) throw new UnsupportedRequest(`the header ${unknownHeader} of S3`);
  if (request.headers['content-encoding'] === 'aws-chunked') throw new UnsupportedRequest('a chunked S3 upload');
}

export function s3Response(output: object): HttpResponse {
  if (!isRecord(output) || !(output['body'] instanceof Uint8Array)) throw new Error('an S3 answer needs its body and headers');
  const headers = isRecord(output['headers']) ? (output['headers'] as Record<string, string>) : {};
  return { statusCode: 200, headers, body: Readable.from([output['body']]) };
}

export function s3Error(error: AwsError): HttpResponse {
  const fields = Object.entries(error.fields).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  const xml = '<?xml version="1.0" encoding="UTF-8"?>'
    + `<Error><Code>${error.name}</Code><Message>${escapeXml(error.message)}</Message>${fields.join('')}</Error>`;
  return { statusCode: error.statusCode, headers: { 'content-type': 'application/xml' }, body: Buffer.from(xml) };
}

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function defined<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}
