import * as z from 'zod';
import { found, idIn } from './endpoint-ports.ts';
import { statementColumns, statementRow, transferView } from './ledger-views.ts';
import { listAccountTransfers } from './list-account-transfers.ts';
import { transferKinds } from './transfer-kinds.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { csv, prefersCsv } from '../shared/http/csv.ts';
import { instantSchema } from '../shared/http/instant-schema.ts';
import { listQuerySchema, pageOf } from '../shared/http/list-page.ts';
import { routes } from '../shared/contract/routes.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { StatementFilter } from './transfer-store.ts';
import type { ApiResponse, Endpoint } from '../shared/http/api-request.ts';

export const statementQuerySchema = listQuerySchema
  .extend({ kind: z.enum(transferKinds).optional(), direction: z.enum(['debit', 'credit']).optional(), from: instantSchema.optional(), to: instantSchema.optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, { path: ['to'], error: 'must be later than `from`' });
export type StatementQuery = z.infer<typeof statementQuerySchema>;

/** `/v1/accounts/{id}/transfers`, as JSON or as CSV. */
export const statementEndpoint = ({ accounts, transfers, signer }: LedgerPorts): Endpoint =>
  endpoint({
    route: routes.listAccountTransfers,
    querySchema: statementQuerySchema,
    handle: async ({ caller: { tenant }, path, query, accept }) => {
      const accountId = idIn(path);
      const filter = filterOf(query);
      const scope = { tenant, operation: routes.listAccountTransfers.operation, filter: { accountId, ...filter } };
      const { items, nextCursor } = await pageOf(signer, scope, query, async (page) => found(await listAccountTransfers(accounts, transfers, tenant, accountId, page, filter)));
      if (!prefersCsv(accept)) return { status: 200, body: { data: items.map(transferView), nextCursor } };
      return csvResponse(csv(statementColumns, items.map(statementRow)), nextCursor === null ? undefined : nextPath(accountId, query, nextCursor));
    },
  });

const filterOf = ({ kind, direction, from, to }: StatementQuery): StatementFilter & Readonly<Record<string, string | number>> => ({
  ...(kind === undefined ? {} : { kind }),
  ...(direction === undefined ? {} : { direction }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

const csvResponse = (text: string, next: string | undefined): ApiResponse => ({
  status: 200, text, headers: { 'Content-Type': 'text/csv; charset=utf-8; header=present', ...(next === undefined ? {} : { Link: `<${next}>; rel="next"` }) },
});

const nextPath = (accountId: string, { limit, kind, direction, from, to }: StatementQuery, cursor: string): string => {
  const query = new URLSearchParams({ limit: String(limit), cursor });
  if (kind !== undefined) query.set('kind', kind);
  if (direction !== undefined) query.set('direction', direction);
  if (from !== undefined) query.set('from', toRfc3339(from));
  if (to !== undefined) query.set('to', toRfc3339(to));
  return `/v1/accounts/${accountId}/transfers?${query.toString()}`;
};
