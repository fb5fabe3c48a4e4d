import { isTenantId } from '../shared/ids/ids.ts';
import { breakKinds } from './reconciliation-break.ts';
import { aggregateIdOf, BREAK, breakOf } from './reconciliation-run-items.ts';
import type { OutboxSource } from '../outbox/outbox-source.ts';

/** Of operations' items only the breaks that a reconciliation found carry events. */
export const operationsEvents: OutboxSource = {
  owner: 'operations',

  aggregateOf: ({ pk, sk }) => {
    const [tenant = '', kind, run = ''] = String(pk).split('#');
    return kind === 'RECON' && String(sk).startsWith(BREAK) && isTenantId(tenant) ? { tenant, id: aggregateIdOf(run, String(sk).slice(BREAK.length)) } : undefined;
  },

  dataOf: (_entry, image) => {
    const { id, kind, tenant, foundAt: _foundAt, ...found } = breakOf(image);
    return { reconciliationId: String(image['pk']).split('#')[2], breakId: id, kind, brokenTenant: tenant, ...found, nextStep: breakKinds[kind] };
  },
};
