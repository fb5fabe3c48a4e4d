import { describe, expect, it } from '@jest/globals';
import { leftEverywhere } from '../../../bench/earlier/left-everywhere.ts';
import { restoreAll } from '../../../bench/earlier/restore-all.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { isAccountId } from '../../../lambdas/shared/ids/ids.ts';
import { TENANT } from '../../support/api-event.ts';
import { idempotencyTableOf, tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { AccountId, TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { AttributeValue, Item } from '../../support/aws/dynamodb/attribute-value.ts';
import type { World } from '../../support/world.ts';

const filled = [...(['payments', 'ledger', 'fraud', 'notifications', 'operations'] as const).flatMap((service) => [tableNameOf(service), idempotencyTableOf(service)])];

/** Ids, times and hashes are left out of it: names of attributes with their types, within maps and lists too. */
const shapeOf = (value: AttributeValue): unknown => {
  if ('M' in value) return shapesIn(value.M);
  return 'L' in value ? value.L.map(shapeOf) : Object.keys(value)[0];
};
const shapesIn = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name.replace(/^h\d\d/, 'hour'), shapeOf(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));

const isAccount = ({ sk }: Item): boolean => sk !== undefined && 'S' in sk && sk.S === 'ACCOUNT';

const openAccount = async (world: World, type: string): Promise<AccountId> => {
  const id = String((await world.call(routes.openAccount, { body: { type, currency: 'EUR' }, key: type })).body['id']);
  if (!isAccountId(id)) throw new Error(`${id} is no account id.`);
  return id;
};

/** Items that are new since, by table; not the accounts, which a payment only changes, and without traces, which earlier payments lack. */
const freshItems = (world: World, before: ReadonlySet<Item>): Record<string, string[]> =>
  Object.fromEntries(filled.map((table) => {
    const fresh = world.aws.table(table).items.all().filter((item) => !before.has(item) && !isAccount(item));
    return [table, fresh.map((item) => JSON.stringify(shapesIn(item)).replaceAll(',"w":"B"', '')).sort()] as const;
  }).filter(([, items]) => items.length > 0));

const allItems = (world: World): Set<Item> => new Set(filled.flatMap((table) => world.aws.table(table).items.all()));

describe('an earlier payment of the benches', () => {
  it('has left in every table what a payment leaves that the handlers made', async () => {
    const world = await openWorld();
    try {
      const [payer, payee] = [await openAccount(world, 'customer'), await openAccount(world, 'merchant')];
      await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 10_000, currency: 'EUR' } }, key: 'deposit' });
      await world.drain();
      const atFirst = allItems(world);
      await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value: 100, currency: 'EUR' }, reference: 'order-1' }, key: 'payment' });
      await world.drain();
      const made = freshItems(world, atFirst);

      const before = allItems(world);
      const left = leftEverywhere({ tenant: TENANT as TenantId, payer, payee }, '1', 100, world.now - 86_400_000);
      for (const [table, items] of Object.entries(left)) restoreAll(world.aws, table, items);

      expect(Object.keys(made)).toHaveLength(5);
      expect(freshItems(world, before)).toEqual(made);
    } finally {
      world.close();
    }
  });
});
