import * as z from 'zod';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse, readCursor, writeCursor } from '../shared/http/list-page.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { isAccountId, isPaymentId, isTenantId, patternOf, PLATFORM_TENANT } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { breakKinds } from './reconciliation-break.ts';
import { newRun } from './start-reconciliation.ts';
import type { ApiRequest, Caller, Endpoint } from '../shared/http/api-request.ts';
import type { CursorScope, CursorSigner, ListQuery } from '../shared/http/list-page.ts';
import type { ReconciliationBooks } from './reconciliation-books.ts';
import type { FoundBreak, ReconciliationStore } from './reconciliation-store.ts';
import type { Run, Scope } from './reconciliation.ts';

const bodySchema = z.strictObject({
  accountId: z.string().regex(patternOf('account'), 'must be an account id (acc_…)').refine(isAccountId).optional(),
  paymentId: z.string().regex(patternOf('payment'), 'must be a payment id (pay_…)').refine(isPaymentId).optional(),
  tenantId: z.string().regex(/^[a-z0-9]{8,32}$/, 'must be a tenant id').refine(isTenantId).optional(),
});
type Body = z.infer<typeof bodySchema>;

interface ReconciliationApi {
  readonly store: ReconciliationStore;
  readonly books: Pick<ReconciliationBooks, 'account' | 'payment'>;
  readonly signer: CursorSigner;
}

/** `/v1/operations/reconciliations`: compares the books on demand, and tells what came of it. */
export const reconciliationEndpoints = ({ store, books, signer }: ReconciliationApi): readonly Endpoint[] => [
  endpoint({ route: routes.createReconciliation, bodySchema, handle: (request) => create(store, books, request) }),
  endpoint({
    route: routes.listReconciliations,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(signer, { tenant, operation: routes.listReconciliations.operation, filter: null }, query, (page) => store.list(tenant, page), viewOf),
  }),
  endpoint({ route: routes.getReconciliation, querySchema: listQuerySchema, handle: (request) => get(store, signer, request) }),
];

const create = async (store: ReconciliationStore, books: ReconciliationApi['books'], request: ApiRequest<Body>) => {
  const { caller, body, idempotencyKey, fingerprint } = request;
  const scope = scopeOf(caller, body);
  const run = newRun(caller.tenant, routes.createReconciliation.operation, idempotencyKey, scope, caller.clientId);
  // A repeat is answered whatever became of what it is about.
  if ((await store.find(caller.tenant, run.id)) === undefined) await mustExist(books, scope);
  const begun = await store.create(run, fingerprint);
  if (begun.kind === 'busy') throw running(begun.openId);
  if (begun.kind === 'existing' && !sameFingerprint(begun.fingerprint, fingerprint)) throw keyReused(request, begun.fingerprint);
  return {
    status: 202, body: viewOf(begun.run), headers: { Location: `${routes.listReconciliations.resource}/${run.id}` }, ...(begun.kind === 'existing' ? { replayed: true } : {}),
  };
};

/** An open run goes on once a minute. */
const running = (openId: string): ProblemError =>
  new ProblemError('reconciliation_running', `${openId} compares all books: wait for its end, or compare one account or payment.`, { retryAfterSeconds: 60, extra: { reconciliationId: openId } });

const refused = (pointer: string, message: string): ProblemError =>
  new ProblemError('validation_failed', 'The request has 1 violation.', { param: pointer, violations: [{ pointer, message }] });

/** A tenant's operators compare their own books; those of the platform name whose, or compare all (docs/adr/0015). */
const scopeOf = ({ tenant }: Caller, { accountId, paymentId, tenantId }: Body): Scope => {
  if (accountId !== undefined && paymentId !== undefined) throw refused('/paymentId', 'must not be given with accountId');
  if (tenantId !== undefined && tenant !== PLATFORM_TENANT && tenantId !== tenant) throw refused('/tenantId', 'must be your own tenant');
  const of = tenantId ?? tenant;
  if (accountId !== undefined) return { kind: 'account', of, accountId };
  if (paymentId !== undefined) return { kind: 'payment', of, paymentId };
  return tenantId === undefined && tenant === PLATFORM_TENANT ? { kind: 'all' } : { kind: 'all', of };
};

const mustExist = async (books: ReconciliationApi['books'], scope: Scope): Promise<void> => {
  if (scope.kind === 'account' && (await books.account(scope.of, scope.accountId)) === undefined) throw refused('/accountId', 'is no account of this tenant');
  if (scope.kind === 'payment' && (await books.payment(scope.of, scope.paymentId)) === undefined) throw refused('/paymentId', 'is no payment of this tenant');
};

const get = async (store: ReconciliationStore, signer: CursorSigner, { caller: { tenant }, path, query }: ApiRequest<unknown, ListQuery>) => {
  const { id = '' } = path;
  const run = patternOf('reconciliation').test(id) ? await store.find(tenant, id) : undefined;
  if (run === undefined) throw notFound();
  const scope: CursorScope = { tenant, operation: routes.getReconciliation.operation, filter: id };
  const { limit, cursor } = query;
  const { items, next } = await store.breaks(tenant, id, { limit, ...(cursor === undefined ? {} : { before: await readCursor(signer, scope, cursor) }) });
  const nextCursor = next === undefined ? null : await writeCursor(signer, scope, next);
  return { status: 200, body: { ...viewOf(run), breaks: { data: items.map(breakViewOf), nextCursor } } };
};

const viewOf = ({ id, scope, status, startedAt, finishedAt, requestedBy, breakCount, tally }: Run) => ({
  id,
  status,
  scope: scope.kind,
  ...(scope.of === undefined ? {} : { tenantId: scope.of }),
  ...(scope.kind === 'account' ? { accountId: scope.accountId } : {}),
  ...(scope.kind === 'payment' ? { paymentId: scope.paymentId } : {}),
  startedAt: toRfc3339(startedAt),
  ...(finishedAt === undefined ? {} : { finishedAt: toRfc3339(finishedAt) }),
  ...(requestedBy === undefined ? {} : { requestedBy }),
  ...(breakCount === undefined ? {} : { breakCount }),
  ...(tally === undefined ? {} : { compared: tally }),
});

const breakViewOf = ({ id, kind, tenant, reason, foundAt, ...subject }: FoundBreak) =>
  ({ id, kind, tenantId: tenant, ...subject, reason, nextStep: breakKinds[kind], foundAt: toRfc3339(foundAt) });
