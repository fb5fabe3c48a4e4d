import * as z from 'zod';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isTenantId, key, PLATFORM_TENANT } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { breakIdOf, isBreakKind } from './reconciliation-break.ts';
import { phases, tallySchema } from './reconciliation.ts';
import type { AccountId, PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Break, BreakKind } from './reconciliation-break.ts';
import type { CurrencySum, FoundBreak } from './reconciliation-store.ts';
import type { Run, Task } from './reconciliation.ts';

type Item = Readonly<Record<string, unknown>>;

export const BREAK = 'BREAK#';
export const SUM = 'SUM#';
export const TASK = 'TASK#';

/** Everything of a run is under one partition key. */
export const runPartition = (tenant: TenantId, id: string): string => key(tenant, 'RECON', id);
export const runKey = (tenant: TenantId, id: string) => ({ pk: runPartition(tenant, id), sk: 'RUN' });
export const runsPartition = (tenant: TenantId): string => key(tenant, 'RECONS');
export const runListKey = ({ tenant, startedAt, id }: Run) => ({ pk: runsPartition(tenant), sk: key(toRfc3339(startedAt), id) });
/** Runs that are not finished: few, so one partition has those of all tenants. */
export const openPartition = key(PLATFORM_TENANT, 'OPEN_RECONS');
export const openKey = ({ tenant, id }: Run) => ({ pk: openPartition, sk: key(tenant, id) });
/** There is one while the tenant's run of all books is open: such a run reads the tables of all tenants. */
export const lockKey = (tenant: TenantId) => ({ pk: key(tenant, 'RECON_LOCK'), sk: 'ALL' });
export const lockItem = ({ tenant, id }: Run): Item => ({ ...lockKey(tenant), runId: id });
export const lockedBy = (item: Item): string => z.string().parse(item['runId']);
const taskKey = ({ tenant, id }: Run, { phase, part }: Pick<Task, 'phase' | 'part'>) => ({ pk: runPartition(tenant, id), sk: `${TASK}${phase}#${part}` });
export const sumKey = (run: Run, { tenant, currency }: Pick<CurrencySum, 'tenant' | 'currency'>) => ({ pk: runPartition(run.tenant, run.id), sk: `${SUM}${key(tenant, currency)}` });

const tenantId = z.custom<TenantId>((value) => typeof value === 'string' && isTenantId(value));
const scopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all'), of: tenantId.exactOptional() }),
  z.object({ kind: z.literal('account'), of: tenantId, accountId: z.custom<AccountId>((value) => typeof value === 'string' && isAccountId(value)) }),
  z.object({ kind: z.literal('payment'), of: tenantId, paymentId: z.custom<PaymentId>((value) => typeof value === 'string' && isPaymentId(value)) }),
]);
const runSchema = z.object({
  id: z.string(), scope: scopeSchema, status: z.enum(['running', 'finished']), cut: z.int(), startedAt: z.int(), finishedAt: z.int().exactOptional(),
  requestedBy: z.string().exactOptional(), breakCount: z.int().exactOptional(), tally: tallySchema.exactOptional(),
});

export const runItem = ({ tenant, ...run }: Run, fingerprint: Uint8Array): Item => ({ ...runKey(tenant, run.id), ...run, fingerprint });
export const runOf = (item: Item): Run => ({ tenant: tenantId.parse(String(item['pk']).split('#')[0]), ...runSchema.parse(item) });

const taskSchema = z.object({ phase: z.enum(phases), part: z.int(), isDone: z.boolean(), position: z.unknown().exactOptional(), tally: tallySchema, version: z.int() });
export const taskItem = (run: Run, task: Task): Item => ({ ...taskKey(run, task), ...task });
export const taskOf = (item: Item): Task => taskSchema.parse(item);

const sumSchema = z.object({ postedMinor: z.int(), pendingMinor: z.int() });
export const sumOf = (item: Item): CurrencySum => {
  const [tenant, currency] = String(item['sk']).slice(SUM.length).split('#');
  return { tenant: tenantId.parse(tenant), currency: z.string().parse(currency), ...sumSchema.parse(item) };
};

const text = z.string().exactOptional();
const breakSchema = z.object({
  kind: z.custom<BreakKind>((value) => typeof value === 'string' && isBreakKind(value)), tenant: tenantId, reason: z.string(), foundAt: z.int(),
  accountId: text, paymentId: text, refundId: text, transferId: text, eventId: text, currency: text, item: text,
});

export const aggregateIdOf = (run: string, id: string): string => `${run}.${id}`;

/** @param isTold whether it says ReconciliationBreakFound */
export const breakItem = (run: Run, found: Break, foundAt: number, isTold: boolean): Item => {
  const id = breakIdOf(found);
  return {
    pk: runPartition(run.tenant, run.id), sk: `${BREAK}${id}`, ...found, foundAt,
    ...(isTold ? { events: encodeEvents(aggregateIdOf(run.id, id), [{ type: 'ReconciliationBreakFound', at: foundAt, cause: run.id, correlation: run.id }]), emission: 1 } : {}),
  };
};

export const breakOf = (item: Item): FoundBreak => ({ id: String(item['sk']).slice(BREAK.length), ...breakSchema.parse(item) });
