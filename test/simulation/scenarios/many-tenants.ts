import { planBuilder, SECOND } from './plan-builder.ts';
import { usual } from './spread-traffic.ts';
import { listens, pays, refunds, settle } from './town.ts';
import type { Scenario } from '../contract.ts';

/** Tenants side by side, the same keys and references in each, and one tries the ids of the other everywhere. */
export const manyTenants: Scenario = {
  name: 'many-tenants',
  weight: 6,
  plan: (random) => {
    const b = planBuilder(random);
    const [one, two] = [settle(b, 'tenant01', { payers: 1 }), settle(b, 'tenant02', { payers: 1 })];
    const endpoint = listens(b, two.tenant);
    const key = b.fresh('shared');
    const payments = [one, two].map((town) => pays(b, town, { key, at: SECOND, amount: 77 }));
    const refund = refunds(b, two, payments[1] ?? '', { amount: 7 });
    for (const town of [one, two]) usual(b, town);
    b.add('intruder', 40 * SECOND, 'intrude', { tenant: one.tenant, key: b.fresh('intrude'), payment: payments[1], payer: two.payers[0], own: one.merchants[0], deposit: two.deposit, refund, endpoint });
    b.add('clumsy caller', 10 * SECOND, 'blunder', { tenant: two.tenant, key: b.fresh('blunder'), payer: two.payers[0], payee: two.merchants[0], currency: two.currency });
    return b.plan();
  },
};
