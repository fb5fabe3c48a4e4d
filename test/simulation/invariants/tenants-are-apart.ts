import { tenantOfCall } from './asks.ts';
import { recordsOf, tenantOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Observation } from '../contract.ts';

/** Ids as they stand in texts; parts of transfer ids are those of their payment or refund. */
const idPattern = /(?:pay|acc|ref|dep|wdr|cor|we|del)_[0-9a-hjkmnp-tv-z]{26}/g;

/** Whose each id is. Ids are derived from their tenant, so that no two have the same. */
const ownersIn = (observation: Observation): ReadonlyMap<string, string> => {
  const owners = new Map<string, string>();
  const { payments, refunds, accounts, transfers, deliveries, endpoints } = recordsOf(observation);
  for (const { tenant, id } of [...payments, ...refunds, ...accounts, ...transfers, ...deliveries, ...endpoints]) if (!owners.has(id)) owners.set(id, tenant);
  return owners;
};

/** Its operators see what belongs to any tenant. */
const PLATFORM = 'platform';

export const tenantsAreApart = invariant(
  'tenants-are-apart', 'No tenant is told of anything of another’s, whatever ids it asks for, and no money moves between tenants.',
  (observation, breaks) => {
    const owners = ownersIn(observation);
    for (const record of observation.answers) {
      const tenant = tenantOfCall(record);
      if (record.answer === undefined || tenant === PLATFORM) continue;
      const asked = JSON.stringify([record.call.path, record.call.body, record.call.query]);
      for (const [id] of record.answer.text.matchAll(idPattern)) {
        const owner = owners.get(id) ?? tenant;
        if (owner !== tenant && !asked.includes(id)) breaks(`${record.route.operation} told ${tenant} of what is ${owner}'s.`, id);
      }
      const id = record.call.path?.['id'];
      if (id !== undefined && (owners.get(id) ?? tenant) !== tenant && record.answer.status < 400) breaks(`${record.route.operation} served ${tenant} what is another tenant's.`, id);
    }
    for (const { id, tenant, debitAccountId, creditAccountId, status } of recordsOf(observation).transfers) {
      if (status !== 'rejected' && [debitAccountId, creditAccountId].some((account) => (owners.get(account) ?? tenant) !== tenant)) breaks('Money moved to or from another tenant.', id);
    }
    for (const { detail } of observation.published) {
      const { id, tenantid, subject } = JSON.parse(detail) as { readonly id: string; readonly tenantid: string; readonly subject: string };
      if ((owners.get(subject) ?? tenantid) !== tenantid) breaks('An event names another tenant than its aggregate.', id);
    }
    for (const item of observation.tables.operations) if (tenantOf(item) === '') breaks('An item of operations names no tenant.', String(item['pk']));
  },
);
