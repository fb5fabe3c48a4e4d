import { deriveId, PLATFORM_TENANT } from '../shared/ids/ids.ts';
import { logInfo } from '../shared/observability/logger.ts';
import { clock } from '../shared/time/clock.ts';
import { SETTLED_MS } from './reconcile-account.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { ReconciliationStore } from './reconciliation-store.ts';
import type { Run, Scope } from './reconciliation.ts';

/** A run that begins now. @param key the same key of the same tenant and operation names the same run */
export const newRun = (tenant: TenantId, operation: string, key: string, scope: Scope, requestedBy?: string): Run => {
  const startedAt = clock.now();
  return {
    tenant, id: deriveId('reconciliation', tenant, operation, key), scope, status: 'running', startedAt,
    // Everything posted before is in every account's counters and in every index.
    cut: startedAt - SETTLED_MS,
    ...(requestedBy === undefined ? {} : { requestedBy }),
  };
};

const HOUR_MS = 3_600_000;

/**
 * Begins the comparison of everything once in each period, at the first call in it: a call that is missed or repeated changes nothing.
 * While one of the platform's is open it is put off to the first call after its end; a period that is over by then has none.
 * @param everyHours length of a period, from midnight UTC; 0: never
 */
export const startWhenDue = async (store: ReconciliationStore, everyHours: number): Promise<void> => {
  if (everyHours === 0) return;
  const period = Math.floor(clock.now() / (everyHours * HOUR_MS));
  const run = newRun(PLATFORM_TENANT, 'scheduled-reconciliation', String(period), { kind: 'all' });
  if ((await store.find(run.tenant, run.id)) !== undefined) return;
  const begun = await store.create(run, new Uint8Array([0]));
  if (begun.kind === 'busy') logInfo('a comparison of all books is put off', { reason: `${begun.openId} is open` });
};
