import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sqs } from '../../../lambdas/shared/aws/sqs-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { logger } from '../../../lambdas/shared/observability/logger.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { savedQueries } from '../../../lib/saved-queries.ts';
import { TENANT } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { envelope, put } from '../../support/dead-letters.ts';
import { deadLettersOf, openWorld, undeliveredOf } from '../../support/world.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { World } from '../../support/world.ts';

interface Letter {
  readonly id: string;
  readonly [name: string]: unknown;
}
interface Result {
  readonly id: string;
  readonly status: string;
  readonly reason?: string;
}

const OTHER = 'tenant02';
const PLATFORM = 'platform';
const DEAD = deadLettersOf('ledger');
const UNDELIVERED = undeliveredOf('ledger');
const urlOf = (queue: string): string => `https://sqs.us-east-1.amazonaws.com/111111111111/${queue}`;
const event = (given: Readonly<Record<string, unknown>> = {}): string => JSON.stringify(envelope(given));

let world: World;
let calls = 0;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ask = (options: Parameters<World['call']>[1] = {}): Promise<ParsedAnswer> => world.call(routes.listDeadLetters, options);
const list = async (options: Parameters<World['call']>[1] = {}): Promise<readonly Letter[]> => (await ask(options)).body['data'] as Letter[];
const get = (id: string, tenant = TENANT): Promise<ParsedAnswer> => world.call(routes.getDeadLetter, { tenant, path: { id } });
const redrive = (body: object, { tenant = TENANT, key = `redrive-${(calls += 1)}` }: { tenant?: string; key?: string } = {}): Promise<ParsedAnswer> =>
  world.call(routes.redriveDeadLetters, { tenant, body, key });
const resultsOf = ({ body }: ParsedAnswer): readonly Result[] => body['results'] as Result[];
const bodies = (queue: string): string[] => world.aws.messages(queue).map(({ body }) => body);
const audit = async (tenant = TENANT): Promise<readonly Record<string, unknown>[]> =>
  (await world.call(routes.listAuditEntries, { tenant })).body['data'] as Record<string, unknown>[];
/** Whether SQS would hand them out now. */
const visible = (queue: string): boolean => world.aws.messages(queue).every(({ visibleAt }) => visibleAt <= world.now);

describe('the list of dead letters', () => {
  it('tells what is known of a message that its consumer never got done, and where its log says why', async () => {
    const messageId = await put(DEAD, event());
    world.now += 90_000;
    const [letter] = await list();
    expect(letter).toEqual({
      id: expect.stringMatching(/^dl_/), source: 'consumer:ledger', kind: 'consumer', tenantId: TENANT,
      event: {
        id: `${envelope().subject}-2`, type: 'PaymentApproved', subject: envelope().subject, paymentId: envelope().subject, time: '2026-01-05T10:00:00.000Z', correlationId: 'request-1',
      },
      logFilter: `message = "event failed" and messageId = "${messageId}"`, attempts: 20,
      since: '2026-01-05T10:00:00.000Z', ageSeconds: 90, keptUntil: '2026-01-19T10:00:00.000Z', redrivable: true,
    });
  });

  it('gives a filter for the saved query that runbooks name, of what its consumer really logs', async () => {
    const messageId = await put('ledger', 'no event');
    const log = jest.spyOn(logger, 'error');
    await world.drain();
    const [filter, fields] = savedQueries['failed events'].query;
    expect(log).toHaveBeenCalledWith('event failed', expect.objectContaining({ messageId }));
    log.mockRestore();
    expect((await list({ tenant: PLATFORM }))[0]).toMatchObject({ logFilter: `${filter.replace('filter ', '')} and messageId = "${messageId}"` });
    expect(fields).toContain('messageId');
  });

  it('tells why EventBridge gave up, to tenants without the words that name resources', async () => {
    await put(UNDELIVERED, JSON.stringify({ 'detail-type': 'PaymentApproved', 'detail': envelope() }), { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'arn:aws:sqs', RETRY_ATTEMPTS: '3' });
    expect(await list()).toMatchObject([{ source: 'route:ledger', kind: 'undelivered', attempts: 3, error: { code: 'NO_PERMISSIONS' }, event: { type: 'PaymentApproved' } }]);
    expect(JSON.stringify(await list())).not.toContain('arn:aws');
    expect(await list({ tenant: PLATFORM })).toMatchObject([{ error: { code: 'NO_PERMISSIONS', message: 'arn:aws:sqs' } }]);
  });

  it('shows nothing of what an event says, not even to the platform', async () => {
    await put(DEAD, event());
    await put(DEAD, event({ type: 'Unknown' }));
    await put(UNDELIVERED, JSON.stringify({ detail: envelope() }));
    for (const tenant of [TENANT, PLATFORM]) expect(JSON.stringify(await list({ tenant }))).not.toContain('SECRET-REFERENCE');
  });

  it('gives everything back: what was listed can be listed, and received, at once', async () => {
    for (let count = 0; count < 25; count += 1) await put(DEAD, event());
    expect(await list()).toHaveLength(25);
    expect(visible(DEAD)).toBe(true);
    expect(await list()).toHaveLength(25);
    expect((await ask()).body['incomplete']).toEqual([]);
  });

  it('is oldest first over all sources, and by source when asked', async () => {
    await put(DEAD, event());
    world.now += 1_000;
    await put(deadLettersOf('fraud'), event());
    world.now += 1_000;
    await put(UNDELIVERED, JSON.stringify({ detail: envelope() }));
    expect((await list()).map(({ source }) => source)).toEqual(['consumer:ledger', 'consumer:fraud', 'route:ledger']);
    expect((await list({ query: { source: 'consumer:fraud' } })).map(({ source }) => source)).toEqual(['consumer:fraud']);
  });

  it('says which sources have more than it tells', async () => {
    for (let count = 0; count < 130; count += 1) await put(DEAD, event());
    await put(deadLettersOf('fraud'), event());
    const { body } = await ask();
    expect(body['data']).toHaveLength(101);
    expect(body['incomplete']).toEqual(['consumer:ledger']);
    expect(visible(DEAD)).toBe(true);
  });

  it('says that it is incomplete while somebody else has a part of a queue in hand', async () => {
    for (let count = 0; count < 4; count += 1) await put(DEAD, event());
    await sqs().send(new ReceiveMessageCommand({ QueueUrl: urlOf(DEAD), MaxNumberOfMessages: 3 }));
    const { body } = await ask();
    expect(body['data']).toHaveLength(1);
    expect(body['incomplete']).toEqual(['consumer:ledger']);
  });

  it('fails, rather than look empty, when a queue cannot be read, and gives the others back', async () => {
    await put(DEAD, event());
    world.aws.intercept = (call, proceed) => {
      if (call.operation === 'ReceiveMessage' && JSON.stringify(call.input).includes(UNDELIVERED)) throw new AwsError('KMS.DisabledException', 'no');
      return proceed();
    };
    expect((await ask()).status).toBe(500);
    expect(visible(DEAD)).toBe(true);
  });

  it('finds one by its id, the same each time, until it is gone', async () => {
    await put(DEAD, event());
    await put(DEAD, event());
    const [first, second] = await list();
    expect((await get(first!.id)).body).toEqual(first);
    expect((await get(second!.id)).body).toEqual(second);
    expect(visible(DEAD)).toBe(true);
    await redrive({ source: 'consumer:ledger', ids: [first!.id], dryRun: false });
    expect((await get(first!.id)).status).toBe(404);
    for (const id of ['dl_', 'dl_!!', `${second!.id}=`, 'dl_bm90aGluZw', deriveId('payment', TENANT as TenantId, 'x', 'y')]) expect((await get(id)).status).toBe(404);
  });
});

describe('a tenant', () => {
  it('sees, finds and redrives its own letters alone, and shows none of another tenant', async () => {
    await put(DEAD, event({ tenantid: OTHER }));
    await put(DEAD, '{"poison":true}');
    const [theirs] = await list({ tenant: OTHER });
    expect(theirs).toMatchObject({ tenantId: OTHER });
    expect(await list()).toEqual([]);
    expect((await get(theirs!.id)).status).toBe(404);
    expect(resultsOf(await redrive({ source: 'consumer:ledger', dryRun: false }))).toEqual([]);
    expect(resultsOf(await redrive({ source: 'consumer:ledger', ids: [theirs!.id], dryRun: false }))).toEqual([{ id: theirs!.id, status: 'not_found' }]);
    expect(bodies(DEAD)).toHaveLength(2);
    expect(await audit()).toEqual([]);
  });

  it('called platform sees everything, also what belongs to nobody', async () => {
    await put(DEAD, event({ tenantid: OTHER }));
    await put(DEAD, 'not even JSON');
    await put(undeliveredOf('bus'), '[]');
    const all = await list({ tenant: PLATFORM });
    expect(all).toHaveLength(3);
    for (const letter of all) expect((await get(letter.id, PLATFORM)).body).toEqual(letter);
    expect(all.filter(({ redrivable }) => redrivable === true)).toMatchObject([{ tenantId: OTHER }]);
  });

  it('needs operations/write to redrive, and operations/read to look', async () => {
    expect((await world.call(routes.redriveDeadLetters, { scopes: ['operations/read'], body: { source: 'bus' }, key: 'k' })).status).toBe(403);
    expect((await ask({ scopes: ['operations/write'] })).status).toBe(403);
  });
});

describe('a redrive', () => {
  it('is a dry run unless it is told otherwise: nothing moves and nothing is in the audit trail', async () => {
    await put(DEAD, event());
    const { body } = await redrive({ source: 'consumer:ledger' });
    expect(body).toMatchObject({ dryRun: true, results: [{ status: 'redriven' }], remaining: 1, complete: true });
    expect([bodies(DEAD).length, bodies('ledger').length]).toEqual([1, 0]);
    expect(visible(DEAD)).toBe(true);
    expect(await audit()).toEqual([]);
  });

  it('sends a message back as it was, in its tenant\'s group, removes it, and says so in the audit trail', async () => {
    const body = event();
    await put(DEAD, body);
    const answer = await redrive({ source: 'consumer:ledger', dryRun: false });
    expect(answer.body).toMatchObject({ results: [{ status: 'redriven' }], remaining: 0, complete: true });
    expect(world.aws.messages('ledger')).toMatchObject([{ body, groupId: TENANT }]);
    expect(bodies(DEAD)).toEqual([]);
    const requestId = String(answer.headers['X-Request-Id']);
    expect(await audit()).toMatchObject([
      { id: `${requestId}.done`, action: 'redrive-dead-letters.done', subject: 'consumer:ledger', actor: 'client-1', details: { redriven: 1, kept: 0, failed: 0 } },
      { id: requestId, action: 'redrive-dead-letters', subject: 'consumer:ledger', details: { messages: 1 } },
    ]);
  });

  it.each([['a rule\'s target', UNDELIVERED, 'route:ledger', {}], ['the bus, when it says the target', undeliveredOf('bus'), 'bus', { TARGET_ARN: 'arn:aws:sqs:us-east-1:111111111111:ledger' }]])(
    'brings the event alone to the queue that did not get it: of %s', async (_what, queue, source, attributes) => {
      await put(queue, JSON.stringify({ 'version': '0', 'detail-type': 'PaymentApproved', 'detail': envelope() }), attributes);
      expect(resultsOf(await redrive({ source, dryRun: false }))).toMatchObject([{ status: 'redriven' }]);
      expect(bodies('ledger')).toEqual([event()]);
      expect(bodies(queue)).toEqual([]);
    });

  it('keeps what cannot be redriven, and says why', async () => {
    await put(DEAD, event({ type: 'PaymentTeleported' }));
    await put(DEAD, event({ data: {} }));
    await put(DEAD, 'SECRET-REFERENCE');
    await put(undeliveredOf('bus'), JSON.stringify({ detail: envelope() }));
    const answer = await redrive({ source: 'consumer:ledger', dryRun: false }, { tenant: PLATFORM });
    expect(resultsOf(answer).map(({ reason }) => reason)).toEqual([
      'Its consumer could not read it: Not an event envelope: type (custom)',
      expect.stringContaining('Its consumer could not read it: Not the data of PaymentApproved: paymentId'),
      'Its body is not a readable event.',
    ]);
    expect(resultsOf(answer).map(({ status }) => status)).toEqual(['kept', 'kept', 'kept']);
    expect(resultsOf(await redrive({ source: 'bus', dryRun: false }, { tenant: PLATFORM }))).toMatchObject([{ status: 'kept', reason: expect.stringContaining('archive') }]);
    expect(bodies(DEAD)).toHaveLength(3);
    expect(answer.text).not.toContain('SECRET-REFERENCE');
    // Nothing was sent, so nothing was done.
    expect(await audit(PLATFORM)).toEqual([]);
  });

  it('sends what it can of a queue, and keeps the rest', async () => {
    await put(DEAD, event({ type: 'PaymentTeleported' }));
    world.now += 1_000;
    await put(DEAD, event());
    const answer = await redrive({ source: 'consumer:ledger', dryRun: false });
    expect(resultsOf(answer).map(({ status }) => status)).toEqual(['kept', 'redriven']);
    expect([bodies(DEAD).length, bodies('ledger').length, answer.body['remaining']]).toEqual([1, 1, 1]);
    expect((await audit())[0]).toMatchObject({ details: { redriven: 1, kept: 1, failed: 0 } });
  });

  it('goes oldest first, and one that fails holds up no other and stays', async () => {
    for (const sequence of [2, 3, 4]) {
      await put(DEAD, event({ id: `event-${sequence}` }));
      world.now += 1_000;
    }
    world.aws.intercept = (call, proceed) => {
      if (call.operation === 'SendMessage' && JSON.stringify(call.input).includes('event-3')) throw new AwsError('KMS.AccessDeniedException', 'no');
      return proceed();
    };
    const answer = await redrive({ source: 'consumer:ledger', dryRun: false });
    expect(resultsOf(answer).map(({ status }) => status)).toEqual(['redriven', 'failed', 'redriven']);
    expect(answer.body['remaining']).toBe(1);
    expect(bodies('ledger').map((body) => (JSON.parse(body) as Letter).id)).toEqual(['event-2', 'event-4']);
    expect(bodies(DEAD).map((body) => (JSON.parse(body) as Letter).id)).toEqual(['event-3']);
    expect(visible(DEAD)).toBe(true);
  });

  it('takes those that are named, and tells of the others that they are not here', async () => {
    await put(DEAD, event({ id: 'first' }));
    await put(DEAD, event({ id: 'second' }));
    const [, second] = await list();
    const answer = await redrive({ source: 'consumer:ledger', ids: [second!.id, 'dl_bm90aGVyZQ', second!.id], dryRun: false });
    expect(resultsOf(answer)).toEqual([{ id: second!.id, status: 'redriven' }, { id: 'dl_bm90aGVyZQ', status: 'not_found' }]);
    expect(bodies(DEAD)).toEqual([event({ id: 'first' })]);
    const [first] = await list();
    expect((await redrive({ source: 'consumer:ledger', ids: [first!.id] })).body).toMatchObject({ results: [{ status: 'redriven' }], complete: true });
  });

  it('changes nothing the second time, under the same key or another', async () => {
    await put(DEAD, event());
    const [letter] = await list();
    const body = { source: 'consumer:ledger', ids: [letter!.id], dryRun: false };
    const first = await redrive(body, { key: 'once' });
    const again = await redrive(body, { key: 'once' });
    expect([again.text, again.headers['Idempotent-Replayed']]).toEqual([first.text, 'true']);
    expect(resultsOf(await redrive(body, { key: 'twice' }))).toEqual([{ id: letter!.id, status: 'not_found' }]);
    expect(bodies('ledger')).toHaveLength(1);
    expect(await audit()).toHaveLength(2);
  });

  it('rejects a key that was used for another request, also long after the answer was forgotten', async () => {
    await put(DEAD, event());
    await redrive({ source: 'consumer:ledger' }, { key: 'dry' });
    world.now += 30 * 3_600_000;
    const answer = await redrive({ source: 'consumer:ledger', dryRun: false }, { key: 'dry' });
    expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([422, 'idempotency_key_reused', '/dryRun']);
    expect(bodies(DEAD)).toHaveLength(1);
  });

  it('rejects a source that there is not, naming those that there are', async () => {
    const { status, body } = await redrive({ source: 'ledger' });
    expect([status, body['code']]).toEqual([400, 'validation_failed']);
    expect(body['detail']).toContain('consumer:ledger, ');
  });

  it('sends nothing when it cannot be written down first', async () => {
    await put(DEAD, event());
    world.aws.intercept = (call, proceed) => {
      if (call.operation === 'PutItem' && JSON.stringify(call.input).includes('AUDIT')) throw new AwsError('InternalServerError', 'not today');
      return proceed();
    };
    expect((await redrive({ source: 'consumer:ledger', dryRun: false })).status).toBe(503);
    expect([bodies(DEAD).length, bodies('ledger').length, visible(DEAD)]).toEqual([1, 0, true]);
  });

  it('is bounded, and goes on where it stopped', async () => {
    for (let count = 0; count < 130; count += 1) await put(DEAD, event());
    expect((await redrive({ source: 'consumer:ledger', dryRun: false })).body).toMatchObject({ complete: false });
    expect([bodies(DEAD).length, bodies('ledger').length]).toEqual([30, 100]);
    expect((await redrive({ source: 'consumer:ledger', dryRun: false })).body).toMatchObject({ complete: true, remaining: 0 });
    expect([bodies(DEAD).length, bodies('ledger').length]).toEqual([0, 130]);
  });

  it('by id looks a second time when a tenant that lists has the letters in hand, and finds them', async () => {
    await put(DEAD, event());
    const [letter] = await list();
    await sqs().send(new ReceiveMessageCommand({ QueueUrl: urlOf(DEAD), VisibilityTimeout: 2 }));
    expect(resultsOf(await redrive({ source: 'consumer:ledger', ids: [letter!.id], dryRun: false }, { tenant: PLATFORM }))).toEqual([{ id: letter!.id, status: 'redriven' }]);
    expect([bodies(DEAD).length, bodies('ledger').length]).toEqual([0, 1]);
  });

  it('by id says busy, and not that it is not there, while somebody has it in hand for longer', async () => {
    await put(DEAD, event());
    const [letter] = await list();
    await sqs().send(new ReceiveMessageCommand({ QueueUrl: urlOf(DEAD), VisibilityTimeout: 600 }));
    expect(resultsOf(await redrive({ source: 'consumer:ledger', ids: [letter!.id], dryRun: false }, { tenant: PLATFORM })))
      .toEqual([{ id: letter!.id, status: 'busy', reason: expect.stringContaining('Do the same again.') }]);
    expect(await get(letter!.id)).toMatchObject({ status: 503, body: { retryable: true } });
    world.now += 600_000;
    expect(resultsOf(await redrive({ source: 'consumer:ledger', ids: [letter!.id], dryRun: false }))).toEqual([{ id: letter!.id, status: 'redriven' }]);
  });

  it('gives all letters back but a single one that SQS refuses, which shows again after its hold', async () => {
    for (let count = 0; count < 25; count += 1) await put(DEAD, event());
    let gaveBack = 0;
    world.aws.intercept = (call, proceed) => {
      if (call.operation === 'ChangeMessageVisibility' && (gaveBack += 1) === 3) throw new AwsError('InternalError', 'no');
      return proceed();
    };
    const warned = jest.spyOn(logger, 'warn');
    expect(await list()).toHaveLength(25);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned).toHaveBeenCalledWith('a dead letter shows again only after its hold', expect.objectContaining({ messageId: expect.any(String) }));
    warned.mockRestore();
    expect(world.aws.messages(DEAD).filter(({ visibleAt }) => visibleAt > world.now)).toHaveLength(1);
    world.now += 30_000;
    expect(visible(DEAD)).toBe(true);
  });

  it('gives a message to one of two callers at the same time', async () => {
    for (let count = 0; count < 20; count += 1) await put(DEAD, event());
    const answers = await Promise.all([redrive({ source: 'consumer:ledger', dryRun: false }), redrive({ source: 'consumer:ledger', dryRun: false })]);
    expect(answers.flatMap(resultsOf).filter(({ status }) => status === 'redriven')).toHaveLength(20);
    expect([bodies(DEAD).length, bodies('ledger').length]).toEqual([0, 20]);
  });
});

describe('a redrive that dies between sending and removing', () => {
  it('has sent it twice in the end, and the payment has moved its money once', async () => {
    const [payer, payee] = await Promise.all(['payer', 'payee'].map(async (key) =>
      String((await world.call(routes.openAccount, { body: { type: 'customer', currency: 'EUR' }, key })).body['id'])));
    await world.call(routes.createDeposit, { path: { id: payer ?? '' }, body: { amount: { value: 100, currency: 'EUR' } }, key: 'deposit' });
    // The ask of the ledger does not arrive: it is in the dead letters.
    let asked = '';
    world.aws.intercept = (call, proceed) => {
      const { Entries = [] } = call.input as { Entries?: readonly { DetailType: string; Detail: string }[] };
      const ask = Entries.find(({ DetailType }) => DetailType === 'PaymentApproved');
      if (ask === undefined) return proceed();
      asked = ask.Detail;
      return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
    };
    const payment = String((await world.call(routes.createPayment, {
      body: { payerAccountId: payer, payeeAccountId: payee, amount: { value: 40, currency: 'EUR' } }, key: 'pay',
    })).body['id']);
    await world.drain();
    await put(DEAD, asked);

    world.aws.intercept = (call, proceed) => {
      if (call.operation === 'DeleteMessage' && JSON.stringify(call.input).includes(DEAD)) throw new AwsError('InternalError', 'not today');
      return proceed();
    };
    expect(resultsOf(await redrive({ source: 'consumer:ledger', dryRun: false }))).toMatchObject([{ status: 'failed' }]);
    expect([bodies(DEAD).length, bodies('ledger').length]).toEqual([1, 1]);
    world.aws.intercept = (_call, proceed) => proceed();
    expect(resultsOf(await redrive({ source: 'consumer:ledger', dryRun: false }))).toMatchObject([{ status: 'redriven' }]);
    await world.drain();
    expect((await world.call(routes.getPayment, { path: { id: payment } })).body['status']).toBe('succeeded');
    const { body } = await world.call(routes.getAccount, { path: { id: payer ?? '' } });
    expect(body['balances']).toMatchObject({ posted: 60 });
    expect(bodies(DEAD)).toEqual([]);
  });
});
