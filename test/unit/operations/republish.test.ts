import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { kmsCursorSeal } from '../../../lambdas/shared/aws/kms-cursor-seal.ts';
import { eur, newKey, openAccount, openPair } from '../../support/accounts.ts';
import { AwsError, throttled } from '../../support/aws/errors.ts';
import { tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { CursorScope } from '../../../lambdas/shared/http/list-page.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { World } from '../../support/world.ts';

type Members = Readonly<Record<string, unknown>>;

let world: World;
const post = async (route: Route, body: object, more: object = {}): Promise<Members> => {
  const answer = await world.call(route, { body, key: newKey(), ...more });
  if (answer.status >= 400) throw new Error(answer.text);
  return answer.body;
};
const deposit = (account: string): Promise<Members> => post(routes.createDeposit, { amount: eur(1_000) }, { path: { id: account } });
const pay = async (payer: string, payee: string): Promise<string> =>
  String((await post(routes.createPayment, { payerAccountId: payer, payeeAccountId: payee, amount: eur(10) }))['id']);

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const window = () => ({ since: iso(world.now - 7_200_000), until: iso(world.now + 1) });
/** All parts of a republication, by its cursor. */
const republish = async (body: object): Promise<{ missing: Members[]; count: number; said: number; checked: number; unreadable: number }> => {
  const all = { missing: [] as Members[], count: 0, said: 0, checked: 0, unreadable: 0 };
  let cursor: unknown = null;
  do {
    const part: Members = await post(routes.republish, { ...body, ...(cursor === null ? {} : { cursor }) }, { tenant: 'platform' });
    all.missing.push(...(part['missing'] as Members[]));
    all.count += Number(part['missingCount']);
    all.said += Number(part['said']);
    all.checked += Number(part['checked']);
    all.unreadable += Number(part['unreadable']);
    cursor = part['nextCursor'];
  } while (cursor !== null);
  return all;
};
const idsOf = (events: readonly Members[]): string[] => events.map(({ eventId }) => String(eventId)).sort();
const logged = async (tenant = 'tenant01'): Promise<string[]> => {
  const { body } = await world.call(routes.listEvents, { tenant, query: { limit: '100' } });
  return (body['data'] as Members[]).map(({ id }) => String(id)).sort();
};
const statusOf = async (id: string): Promise<unknown> => (await world.call(routes.getPayment, { path: { id } })).body['status'];
const auditOf = async (tenant: string) => (await world.call(routes.listAuditEntries, { tenant })).body['data'];

let payer: string;
let payee: string;
beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 1_000));
  await pay(payer, payee);
  await world.drain();
});
afterEach(() => world.close());

/** Payments, deposits and accounts whose stream records are gone. @returns ids of the events that nobody has heard of */
const lose = async (): Promise<{ events: string[]; payments: string[]; account: string }> => {
  const account = await openAccount(world, 'customer');
  const made = await deposit(payer);
  const payments = [await pay(payer, payee), await pay(payer, payee)];
  world.loseRecords();
  return { events: [`${account}-1`, `${String(made['id'])}-1`, ...payments.map((id) => `${id}-1`)].sort(), payments, account };
};

describe('POST /v1/operations/republish', () => {
  it('lists exactly what the log lacks and says nothing, unless told to', async () => {
    const lost = await lose();
    const before = ['payments', 'ledger'].map((service) => world.aws.stream(tableNameOf(service as 'payments')).length);
    const found = await republish(window());
    expect(idsOf(found.missing)).toEqual(lost.events);
    expect(found).toMatchObject({ count: 4, said: 0, unreadable: 0 });
    expect(found.missing[0]).toEqual({ eventId: expect.any(String), type: expect.any(String), time: expect.any(String), tenantId: 'tenant01' });
    expect(['payments', 'ledger'].map((service) => world.aws.stream(tableNameOf(service as 'payments')).length)).toEqual(before);
    expect(await auditOf('platform')).toEqual([]);
  });

  it('has the services say them again: no event is missing then, payments come to their end, and a second run finds nothing', async () => {
    const lost = await lose();
    expect(await republish({ ...window(), dryRun: false })).toMatchObject({ count: 4, said: 4 });
    await world.drain();
    expect(await logged()).toEqual(expect.arrayContaining(lost.events));
    for (const id of lost.payments) expect(await statusOf(id)).toBe('succeeded');
    expect(await republish({ ...window(), dryRun: false })).toMatchObject({ count: 0, said: 0, checked: (await logged()).length });
    expect(await auditOf('platform')).toEqual(expect.arrayContaining([
      expect.objectContaining({ action: 'republish', subject: 'payments', actor: 'client-1', details: expect.objectContaining({ events: 2 }) }),
      expect.objectContaining({ action: 'republish', subject: 'ledger', details: expect.objectContaining({ events: 2 }) }),
    ]));
  });

  it('mends while others are paid', async () => {
    const gone = await lose();
    const others = [await pay(payer, payee), await pay(payer, payee)];
    await Promise.all([republish({ ...window(), dryRun: false }), world.drain()]);
    await world.drain();
    for (const each of [...gone.payments, ...others]) expect(await statusOf(each)).toBe('succeeded');
    expect((await republish(window())).missing).toEqual([]);
  });

  it('keeps an event once in the log when the relay delivers the original after all', async () => {
    const account = await openAccount(world, 'customer');
    // The record is in the stream still: the relay is late, not gone.
    expect(await republish({ ...window(), dryRun: false })).toMatchObject({ count: 1, said: 1 });
    await world.drain();
    expect(world.aws.published.filter(({ event }) => (event.detail as Members)['id'] === `${account}-1`)).toHaveLength(2);
    expect((await logged()).filter((id) => id === `${account}-1`)).toHaveLength(1);
  });

  it('goes on after it broke off between two sayings', async () => {
    const lost = await lose();
    let says = 0;
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation === 'UpdateItem' && JSON.stringify(input).includes('say =')) {
        says += 1;
        if (says === 2) throw throttled('DynamoDB');
      }
      return proceed();
    };
    await expect(republish({ ...window(), dryRun: false })).rejects.toThrow();
    world.aws.intercept = (_call, proceed) => proceed();
    expect(await republish({ ...window(), dryRun: false })).toMatchObject({ count: 4, said: 4 });
    await world.drain();
    expect((await logged()).filter((id) => lost.events.includes(id))).toEqual(lost.events);
  });

  it('answers a repeated request with what it answered first', async () => {
    await lose();
    const body = { ...window(), dryRun: false };
    const first = await world.call(routes.republish, { body, key: 'once', tenant: 'platform' });
    const second = await world.call(routes.republish, { body, key: 'once', tenant: 'platform' });
    expect(second.body).toEqual(first.body);
    expect(await auditOf('platform')).toHaveLength(2);
  });

  it('goes on part by part when it has no time for all, in the window it began with', async () => {
    const lost = await lose();
    // Every item takes seconds to read, so that a call ends in the middle of a table.
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation !== 'Scan') return proceed();
      world.now += 3_000;
      return proceed({ ...(input as Members), Limit: 1 });
    };
    const body = window();
    const first = await world.call(routes.republish, { body, key: newKey(), tenant: 'platform' });
    const cursor = String(first.body['nextCursor']);
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('tenant01');
    expect(idsOf((await republish(body)).missing)).toEqual(lost.events);
  });

  it('refuses operators of tenants, and reads nothing for them: it would be the tables of all', async () => {
    await lose();
    let scans = 0;
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'Scan') scans += 1;
      return proceed();
    };
    for (const body of [window(), { ...window(), dryRun: false }]) {
      expect(await world.call(routes.republish, { body, key: newKey() })).toMatchObject({ status: 403, body: { code: 'access_denied' } });
    }
    expect(scans).toBe(0);
    expect(await auditOf('tenant01')).toEqual([]);
  });

  it('finds what is missing of every tenant', async () => {
    const lost = await lose();
    const theirs = await openAccount(world, 'customer', { tenant: 'tenant02' });
    world.loseRecords();
    expect(idsOf((await republish(window())).missing)).toEqual([...lost.events, `${theirs}-1`].sort());
  });

  it.each([['no JSON', '{'], ['another shape', '{"until":1}'], ['a position of another version', '{"until":1,"position":{"owner":"somebody","segments":1,"open":[]}}']])(
    'rejects a sealed cursor that is %s', async (_what, opened) => {
      const body = window();
      const scope: CursorScope = { tenant: 'platform' as TenantId, operation: routes.republish.operation, filter: [body.since, body.until] };
      const cursor = await kmsCursorSeal('cursors').seal(scope, opened);
      expect(await world.call(routes.republish, { body: { ...body, cursor }, key: newKey(), tenant: 'platform' })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    });

  it('takes events from since on and before until, and leaves those of the last minute on their way', async () => {
    const lost = await lose();
    const at = world.now;
    expect((await republish({ since: iso(at), until: iso(at + 1) })).missing).toHaveLength(4);
    expect((await republish({ since: iso(at - 1), until: iso(at) })).missing).toEqual([]);
    expect((await republish({ since: iso(at - 7_200_000) })).missing).toEqual([]);
    world.now = at + 60_001;
    expect(idsOf((await republish({ since: iso(at - 7_200_000) })).missing)).toEqual(lost.events);
  });

  it('counts nothing as missing that the log has forgotten by now', async () => {
    await lose();
    const { since } = window();
    world.now += 30 * 24 * 3_600_000 + 7_200_000;
    expect(await republish({ since })).toMatchObject({ count: 0 });
  });

  it('tells of items that it cannot read, and goes on with the others', async () => {
    const lost = await lose();
    world.aws.intercept = ({ operation }, proceed) => {
      const output = proceed() as { Items?: Record<string, unknown>[] };
      if (operation !== 'Scan') return output;
      return { ...output, Items: output.Items?.map((item) => (item['sk'] !== undefined && JSON.stringify(item).includes(lost.payments[0] ?? '') ? { ...item, events: { S: '?' } } : item)) };
    };
    expect(await republish(window())).toMatchObject({ unreadable: 1, count: 3 });
  });

  it.each([
    [{}, 400], [{ since: 'yesterday' }, 400], [{ since: '2026-01-05T12:00:00Z', until: '2026-01-05T11:00:00Z' }, 400], [{ since: '2030-01-05T12:00:00Z' }, 400], [{ since: '2030-01-05T12:00:00Z', until: '2030-01-06T12:00:00Z' }, 400],
    [{ since: '2026-01-05T09:00:00Z', cursor: 'made-up' }, 400], [{ since: '2026-01-05T09:00:00Z', dryRun: 'no' }, 400], [{ since: '2026-01-05T09:00:00Z', more: 1 }, 400],
  ])('rejects %j', async (body, status) => {
    expect((await world.call(routes.republish, { body, key: newKey(), tenant: 'platform' })).status).toBe(status);
  });

  it("rejects a caller without the scope, and a cursor of another window", async () => {
    await lose();
    expect((await world.call(routes.republish, { body: window(), key: newKey(), scopes: ['operations/read'] })).status).toBe(403);
    world.aws.intercept = ({ service }, proceed) => {
      if (service === 'Lambda') world.now += 10_000;
      return proceed();
    };
    const body = window();
    const cursor = (await world.call(routes.republish, { body, key: newKey(), tenant: 'platform' })).body['nextCursor'];
    expect(cursor).toEqual(expect.any(String));
    const answers = [{ body: { ...body, since: iso(0) } }, { body: { ...body, until: undefined } }].map(({ body: given }) =>
      world.call(routes.republish, { tenant: 'platform', body: { ...given, cursor }, key: newKey() }));
    expect((await Promise.all(answers)).map(({ body: { code } }) => code)).toEqual(['cursor_invalid', 'cursor_invalid']);
  });

  it.each([['Sandbox.Timedout', 503], ['Runtime.ExitError', 503], ['ProvisionedThroughputExceededException', 503], ['TypeError', 500]] as const)('answers a retelling function that ended by %s with %i', async (name, status) => {
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'Scan') throw Object.assign(new Error('ended'), { name });
      return proceed();
    };
    expect((await world.call(routes.republish, { body: window(), key: newKey(), tenant: 'platform' })).status).toBe(status);
  });

  it('answers that it cannot when a service cannot', async () => {
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'Scan') throw new AwsError('AccessDeniedException', 'no');
      return proceed();
    };
    expect((await world.call(routes.republish, { body: window(), key: newKey(), tenant: 'platform' })).status).toBe(500);
  });
});
