import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { auditEndpoints } from '../../../lambdas/operations/audit-endpoints.ts';
import { dynamoDbAuditTrail } from '../../../lambdas/operations/dynamodb-audit-trail.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { isTenantId } from '../../../lambdas/shared/ids/ids.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { AuditEntry, AuditTrail } from '../../../lambdas/operations/audit-trail.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';

const NOW = Date.parse('2026-11-22T09:30:20.000Z');
const tenant = (id: string): TenantId => {
  if (!isTenantId(id)) throw new Error(`${id} is no tenant id`);
  return id;
};
const [ours, theirs] = [tenant('tenant01'), tenant('tenant02')];
const entry = (id: string, given: Partial<AuditEntry> = {}): AuditEntry => ({
  id, at: NOW, actor: 'client-1', action: 'redrive', subject: 'ledger', details: { messages: 2 }, ...given,
});

let trail: AuditTrail;
let list: (options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;

beforeEach(() => {
  const aws = new InMemoryAws({ now: () => NOW });
  createTables(aws, 'operations');
  useTransport(aws.requestHandler);
  trail = dynamoDbAuditTrail(tableNameOf('operations'));
  const mac = (text: string): Buffer => Buffer.from(text).reverse();
  const signer = { sign: async (text: string) => mac(text), verify: async (text: string, signature: Uint8Array) => mac(text).equals(signature) };
  const handler = httpFunction({ endpoints: auditEndpoints(trail, signer), runOnce: (_operation, _request, _context, work) => work() });
  list = async (options) => parsed(await handler(apiEvent(routes.listAuditEntries, options), lambdaContext()));
});
afterEach(() => useTransport(undefined));

describe('GET /v1/operations/audit-entries', () => {
  it('tells who did what and when, newest first, page by page', async () => {
    await trail.append(ours, entry('first'));
    await trail.append(ours, entry('third', { at: NOW + 2_000 }));
    await trail.append(ours, entry('second', { at: NOW + 1_000 }));
    const page = await list({ query: { limit: '2' } });
    expect(page.body['data']).toMatchObject([{ id: 'third' }, { id: 'second' }]);
    const last = await list({ query: { limit: '2', cursor: String(page.body['nextCursor']) } });
    expect(last.body).toEqual({
      data: [{ id: 'first', at: '2026-11-22T09:30:20.000Z', actor: 'client-1', action: 'redrive', subject: 'ledger', details: { messages: 2 } }],
      nextCursor: null,
    });
  });

  it('keeps an entry as it was written first', async () => {
    await trail.append(ours, entry('act'));
    await trail.append(ours, entry('act', { actor: 'somebody else' }));
    expect((await list()).body['data']).toMatchObject([{ actor: 'client-1' }]);
  });

  it('rejects a caller without the scope, and shows none of another tenant', async () => {
    await trail.append(theirs, entry('act'));
    expect((await list()).body['data']).toEqual([]);
    expect((await list({ tenant: 'tenant02' })).body['data']).toHaveLength(1);
    expect((await list({ scopes: ['payments/read'] })).status).toBe(403);
  });
});
