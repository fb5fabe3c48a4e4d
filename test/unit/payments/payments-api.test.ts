import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { paymentEndpoints } from '../../../lambdas/payments/payment-endpoints.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { runOnceIn } from '../../../lambdas/shared/idempotency/run-once.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { apiContext, apiEvent, parsed, TENANT } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import { createTables, idempotencyTableOf, tableNameOf } from '../../support/tables.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 5, 10);
const account = (name: string): string => deriveId('account', TENANT as TenantId, 'open-account', name);
const body = { payerAccountId: account('payer'), payeeAccountId: account('payee'), amount: { value: 1250, currency: 'EUR' }, reference: 'order 7', metadata: { cart: 'c-1' } };

let now = START;
let aws: InMemoryAws;
let load: () => void;
let call: (options: Parameters<typeof apiEvent>[1], route?: (typeof routes)[keyof typeof routes]) => Promise<ParsedAnswer>;

beforeEach(() => {
  now = START;
  aws = new InMemoryAws({ now: () => now });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
  const signer = { sign: async (text: string) => Buffer.from(text).reverse(), verify: async (text: string, mac: Uint8Array) => Buffer.from(text).reverse().equals(mac) };
  load = () => {
    const handler = httpFunction({ endpoints: paymentEndpoints(dynamoDbPaymentStore(tableNameOf('payments')), testDeadlines, signer), runOnce: runOnceIn(idempotencyTableOf('payments')) });
    call = async (options, route = routes.createPayment) => parsed(await handler(apiEvent(route, options), apiContext(options)));
  };
  load();
  // Powertools reads the system's clock for the expiry of its records.
  jest.useFakeTimers({ now: START, doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
});
afterEach(() => {
  jest.useRealTimers();
  useTransport(undefined);
  useClock(undefined);
  delete process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'];
});

const advance = (milliseconds: number): void => {
  now += milliseconds;
  jest.setSystemTime(now);
};
const written = (): number => aws.stream(tableNameOf('payments')).filter(({ eventName, dynamodb }) => eventName === 'INSERT' && dynamodb?.Keys?.['sk']?.S === 'PAYMENT').length;

describe('POST /v1/payments', () => {
  it('accepts a payment and shows it', async () => {
    const created = await call({ body, key: 'k1' });
    expect(created.status).toBe(202);
    expect(created.body).toMatchObject({ ...body, status: 'pending', captureMethod: 'automatic', amountCaptured: 0, amountRefunded: 0, createdAt: '2026-01-05T10:00:00.000Z', sequence: 1 });
    expect(created.headers['Location']).toBe(`/v1/payments/${String(created.body['id'])}`);
    const got = await call({ path: { id: String(created.body['id']) } }, routes.getPayment);
    expect(got.status).toBe(200);
    expect(got.body).toEqual(created.body);
    expect(got.headers['ETag']).toBe('"1.1"');
  });

  it('carries its first event in the same write', async () => {
    const created = await call({ body, key: 'k1', requestId: 'req-77' });
    const image = aws.stream(tableNameOf('payments')).find(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S === 'PAYMENT')?.dynamodb?.NewImage;
    expect(image?.['pk']?.S).toBe(`${TENANT}#P#${String(created.body['id'])}`);
    expect(image?.['events']).toEqual({ L: [{ M: { t: { S: 'PaymentInitiated' }, a: { N: String(START) }, r: { S: 'req-77' } } }] });
    expect(image?.['emission']).toEqual({ N: '1' });
  });
});

describe('the idempotency table', () => {
  it('rejects a POST without a key', async () => {
    expect(await call({ body })).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing', retryable: false } });
    expect(written()).toBe(0);
  });

  it.each([['a space', 'a b'], ['256 characters', 'x'.repeat(256)], ['a letter beyond ASCII', 'schlüssel']])('rejects a key with %s', async (_name, key) => {
    expect(await call({ body, key })).toMatchObject({ status: 400, body: { code: 'idempotency_key_invalid' } });
    expect(written()).toBe(0);
  });

  it('answers a repeat byte for byte, marked as a replay, in any order of members', async () => {
    const first = await call({ body, key: 'k1' });
    advance(23 * HOUR_MS);
    const again = await call({ rawBody: JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 3), key: 'k1' });
    expect(first.headers).not.toHaveProperty('Idempotent-Replayed');
    expect(again.headers['Idempotent-Replayed']).toBe('true');
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(written()).toBe(1);
  });

  it('gives the same payment after the cache record has expired', async () => {
    const first = await call({ body, key: 'k1' });
    advance(26 * HOUR_MS);
    const again = await call({ body, key: 'k1' });
    expect(again).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { id: first.body['id'] } });
    expect(written()).toBe(1);
  });

  it.each([
    ['/amount', { ...body, amount: { value: 1251, currency: 'EUR' } }],
    ['/reference', { ...body, reference: 'order 8' }],
    ['/description', { ...body, description: 'new' }],
  ])('rejects the same key for another request and names %s, also after the cache has expired', async (param, other) => {
    await call({ body, key: 'k1' });
    expect(await call({ body: other, key: 'k1' })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param } });
    advance(400 * 24 * HOUR_MS);
    expect(await call({ body: other, key: 'k1' })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param } });
    expect(written()).toBe(1);
  });

  it('scopes a key to its tenant', async () => {
    const mine = await call({ body, key: 'k1' });
    const theirs = await call({ body, key: 'k1', tenant: 'tenant02' });
    expect(theirs.status).toBe(202);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
    expect(await call({ path: { id: String(mine.body['id']) }, tenant: 'tenant02' }, routes.getPayment)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('answers 409 with Retry-After while the first is running, and nobody runs it twice', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    aws.intercept = async ({ operation, input }, proceed) => {
      if (operation === 'TransactWriteItems' && JSON.stringify(input).includes('PAYMENT')) await held;
      return proceed();
    };
    const first = call({ body, key: 'k1' });
    while (aws.calls.every(({ operation }) => operation !== 'TransactWriteItems')) await new Promise(setImmediate);
    const second = await call({ body, key: 'k1' });
    expect(second).toMatchObject({ status: 409, headers: { 'Retry-After': '1' }, body: { code: 'idempotency_key_in_use', retryable: true } });
    expect(await call({ body, key: 'k1' })).toMatchObject({ status: 409 });
    release();
    expect((await first).status).toBe(202);
    expect(written()).toBe(1);
  });

  it.each([['with the cache', undefined], ['without the cache', 'true']])('makes one payment of 20 requests at once, %s', async (_name, disabled) => {
    // Read when the function is loaded.
    if (disabled !== undefined) process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'] = disabled;
    load();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call({ body, key: 'k1' })));
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
    expect(aws.calls.some(({ input }) => JSON.stringify(input).includes(idempotencyTableOf('payments')))).toBe(disabled === undefined);
    expect(new Set(answers.filter(({ status }) => status === 202).map((answer) => answer.body['id'])).size).toBe(1);
    expect(written()).toBe(1);
  });

  it('makes one payment when the function dies right after its write', async () => {
    aws.intercept = (seen, proceed) => {
      const output = proceed();
      if (seen.operation === 'TransactWriteItems' || (seen.operation === 'PutItem' && JSON.stringify(seen.input).includes('"PAYMENT"'))) throw new AwsError('InternalServerError', 'gone');
      return output;
    };
    expect(await call({ body, key: 'k1' })).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    aws.intercept = (_seen, proceed) => proceed();
    expect(await call({ body, key: 'k1' })).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' } });
    expect(written()).toBe(1);
  });

  it('remembers the answer as text, because DynamoDB keeps the members of a map in an order of its own', async () => {
    const first = await call({ body, key: 'k1' });
    const remembered = aws.calls.filter(({ operation, input }) => operation === 'UpdateItem' && JSON.stringify(input).includes(idempotencyTableOf('payments'))).map(({ input }) => JSON.stringify(input));
    expect(remembered).toHaveLength(1);
    expect(remembered[0]).toContain(JSON.stringify({ json: { S: JSON.stringify({ status: 202, headers: { Location: first.headers['Location'] }, body: first.body, replayed: false }) } }).slice(1, -1));
  });

  it('answers with what it did when only remembering it failed, and the repeat finds the same', async () => {
    aws.intercept = ({ operation, input }, proceed) => {
      if (operation === 'UpdateItem' && JSON.stringify(input).includes(idempotencyTableOf('payments'))) throw new AwsError('InternalServerError', 'down');
      return proceed();
    };
    const first = await call({ body, key: 'k1' });
    expect([first.status, first.headers['Idempotent-Replayed']]).toEqual([202, undefined]);
    aws.intercept = (_seen, proceed) => proceed();
    advance(21_000);
    expect(await call({ body, key: 'k1' })).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { id: first.body['id'] } });
  });

  it('does not remember a request that was not valid', async () => {
    expect(await call({ body: { ...body, amount: { value: 0, currency: 'EUR' } }, key: 'k1' })).toMatchObject({ status: 400 });
    expect(await call({ body, key: 'k1' })).toMatchObject({ status: 202 });
  });

  it('works while the cache table is down', async () => {
    aws.intercept = ({ input }, proceed) => {
      if (JSON.stringify(input).includes(idempotencyTableOf('payments'))) throw new AwsError('InternalServerError', 'down');
      return proceed();
    };
    const first = await call({ body, key: 'k1' });
    const again = await call({ body, key: 'k1' });
    expect([first.status, again.status, again.body['id']]).toEqual([202, 202, first.body['id']]);
    expect(written()).toBe(1);
  });
});

describe('what is not valid is refused and stores nothing', () => {
  const amount = (value: unknown, currency: unknown = 'EUR') => ({ ...body, amount: { value, currency } });
  it.each<[string, unknown, string, string]>([
    ['an unknown field', { ...body, note: 'x' }, 'validation_failed', '/note'],
    ['an unknown field inside', { ...body, amount: { value: 1, currency: 'EUR', unit: 'x' } }, 'validation_failed', '/amount/unit'],
    ['a float', amount(10.5), 'validation_failed', '/amount/value'],
    ['a negative amount', amount(-1), 'validation_failed', '/amount/value'],
    ['zero', amount(0), 'validation_failed', '/amount/value'],
    ['2^53', amount(2 ** 53), 'validation_failed', '/amount/value'],
    ['a huge amount', amount(1e21), 'validation_failed', '/amount/value'],
    ['an amount in words', amount('100'), 'validation_failed', '/amount/value'],
    ['a currency that does not exist', amount(1, 'EUX'), 'validation_failed', '/amount/currency'],
    ['manual capture', { ...body, captureMethod: 'later' }, 'validation_failed', '/captureMethod'],
    ['payer and payee alike', { ...body, payeeAccountId: body.payerAccountId }, 'validation_failed', '/payeeAccountId'],
    ['an account id of another kind', { ...body, payerAccountId: 'pay_1' }, 'validation_failed', '/payerAccountId'],
    ['a long reference', { ...body, reference: 'x'.repeat(141) }, 'validation_failed', '/reference'],
    ['51 metadata keys', { ...body, metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) }, 'validation_failed', '/metadata'],
    ['a list', [body], 'validation_failed', ''],
    ['a lone surrogate', { ...body, reference: 'a\ud800b' }, 'validation_failed', '/reference'],
    ['a control character', { ...body, reference: 'a\u0000b' }, 'validation_failed', '/reference'],
    ['a non-character in a metadata key', { ...body, metadata: { 'a\uffff': 'x' } }, 'validation_failed', '/metadata/a\uffff'],
    ['a card number in the reference', { ...body, reference: 'card 4242 4242 4242 4242' }, 'card_data_not_allowed', '/reference'],
    ['a card number in metadata', { ...body, metadata: { note: '5555-5555-5555-4444' } }, 'card_data_not_allowed', '/metadata/note'],
    ['a card number as a metadata key', { ...body, metadata: { '378282246310005': 'x' } }, 'card_data_not_allowed', '/metadata'],
  ])('rejects %s with its pointer', async (_name, invalid, code, pointer) => {
    const answer = await call({ body: invalid, key: 'k1' });
    expect(answer).toMatchObject({ status: 400, headers: { 'Content-Type': 'application/problem+json' }, body: { code, violations: expect.arrayContaining([expect.objectContaining({ pointer })]) } });
    expect(answer.text).not.toMatch(/4242|5555|37828/);
    expect(aws.calls.filter(({ operation }) => operation !== 'GetItem')).toEqual([]);
  });

  it('lists every violation, not only the first', async () => {
    const { body: problem } = await call({ body: { ...amount(-5, 'eur'), extra: 1, reference: '' }, key: 'k1' });
    expect((problem['violations'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(['/amount/currency', '/amount/value', '/extra', '/reference']);
  });

  it('rejects a body that is not JSON, has a member twice, is too large or of another type', async () => {
    expect(await call({ rawBody: '{', key: 'k' })).toMatchObject({ status: 400, body: { code: 'body_invalid' } });
    expect(await call({ rawBody: JSON.stringify(body).replace('{', '{"reference":"x",'), key: 'k' })).toMatchObject({ status: 400, body: { code: 'body_invalid' } });
    expect(await call({ rawBody: '', key: 'k' })).toMatchObject({ status: 400, body: { code: 'body_invalid' } });
    expect(await call({ rawBody: `{"reference":"${'x'.repeat(70_000)}"}`, key: 'k' })).toMatchObject({ status: 413 });
    expect(await call({ body, key: 'k', headers: { 'Content-Type': 'text/plain' } })).toMatchObject({ status: 415 });
    expect(written()).toBe(0);
  });

  it('rejects a card number as the key, without echo', async () => {
    const answer = await call({ body, key: '4242424242424242' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'card_data_not_allowed' } });
    expect(answer.text).not.toContain('4242');
  });

  it('refuses a caller without the scope and names it', async () => {
    expect(await call({ body, key: 'k', scopes: ['payments/read'] })).toMatchObject({ status: 403, body: { code: 'insufficient_scope', param: 'payments/write' } });
  });
});

describe('GET /v1/payments', () => {
  const make = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      advance(1_000);
      ids.unshift(String((await call({ body, key: `list-${now}` })).body['id']));
    }
    return ids;
  };

  const page = (query: Record<string, string>, tenant = TENANT): Promise<ParsedAnswer> => call({ query, tenant }, routes.listPayments);
  const idsOf = (answer: ParsedAnswer): unknown[] => (answer.body['data'] as { id: string }[]).map(({ id }) => id);

  it('gives newest first, page by page, stable while payments are made', async () => {
    const ids = await make(25);
    const first = await page({ limit: '10' });
    await make(5);
    const second = await page({ limit: '10', cursor: String(first.body['nextCursor']) });
    const third = await page({ limit: '10', cursor: String(second.body['nextCursor']) });
    expect([...idsOf(first), ...idsOf(second), ...idsOf(third)]).toEqual(ids);
    expect(third.body['nextCursor']).toBeNull();
  });

  it('gives an empty list to a tenant without payments', async () => {
    await make(1);
    expect((await page({}, 'tenant02')).body).toEqual({ data: [], nextCursor: null });
  });

  it('rejects a cursor of another tenant, a changed cursor and an unknown parameter', async () => {
    await make(3);
    const cursor = String((await page({ limit: '1' })).body['nextCursor']);
    for (const [query, tenant] of [[{ cursor }, 'tenant02'], [{ cursor: `x${cursor}` }, TENANT], [{ cursor: 'nonsense' }, TENANT]] as const) {
      expect(await page(query, tenant)).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    }
    expect(await page({ limit: '0' })).toMatchObject({ status: 400, body: { violations: [{ pointer: '?limit' }] } });
    expect(await page({ stauts: 'pending' })).toMatchObject({ status: 400, body: { violations: [{ pointer: '?stauts' }] } });
  });
});
