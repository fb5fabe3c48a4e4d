import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { lineSchema } from '../shared/http/text-schema.ts';
import { notFound } from '../shared/http/problem.ts';
import { isAccountId } from '../shared/ids/ids.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import type { Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { AccountId } from '../shared/ids/ids.ts';
import type { Block, BlockStore } from './block-store.ts';

export const putBlockSchema = z.strictObject({
  /** For people; told in the list, never in an event. */
  reason: lineSchema(500),
});

/** `/v1/blocks`: accounts that may neither pay nor be paid. The account need not exist: fraud does not see the ledger. */
export const blockEndpoints = (blocks: BlockStore, signer: CursorSigner): readonly Endpoint[] => [
  endpoint({
    route: routes.listBlocks,
    querySchema: listQuerySchema,
    handle: ({ caller, query }) =>
      listResponse(
        signer, { tenant: caller.tenant, operation: routes.listBlocks.operation, filter: null }, query,
        ({ limit, before }) => blocks.list(caller.tenant, limit, before), viewOf,
      ),
  }),
  endpoint({
    route: routes.getBlock,
    handle: async ({ caller, path }) => {
      const block = await blocks.find(caller.tenant, accountIn(path));
      if (block === undefined) throw notFound();
      return { status: 200, body: viewOf(block) };
    },
  }),
  endpoint({
    route: routes.putBlock,
    bodySchema: putBlockSchema,
    handle: async ({ caller, path, body }) => {
      const change = { reason: body.reason, actor: caller.clientId, at: clock.now(caller.tenant) };
      return { status: 200, body: viewOf(await blocks.put(caller.tenant, accountIn(path), change)) };
    },
  }),
  endpoint({
    route: routes.deleteBlock,
    handle: async ({ caller, path }) => {
      // 404 rather than 204 for a block that is not there: a mistyped account id must not look unblocked.
      if (!(await blocks.remove(caller.tenant, accountIn(path)))) throw notFound();
      return { status: 204 };
    },
  }),
];

const accountIn = (path: Readonly<Record<string, string>>): AccountId => {
  const id = path['id'] ?? '';
  if (!isAccountId(id)) throw notFound();
  return id;
};

const viewOf = ({ accountId, reason, actor, createdAt, updatedAt }: Block) => ({
  accountId, reason, actor, createdAt: toRfc3339(createdAt), updatedAt: toRfc3339(updatedAt),
});
