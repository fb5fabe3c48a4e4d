import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemAccountId } from '../../../lambdas/ledger/account.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { eur, newKey, openPair } from '../../support/accounts.ts';
import { TENANT } from '../../support/api-event.ts';
import { openWorld } from '../../support/world.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { World } from '../../support/world.ts';

let world: World;
let payer: string;
let payee: string;
let days = 0;

const fees = systemAccountId(TENANT as TenantId, 'fees', 'EUR');

beforeEach(async () => {
  world = await openWorld();
  // What the consumer knows of fees is kept for a minute, also between tests.
  days += 1;
  world.now += days * 86_400_000;
  ({ payer, payee } = await openPair(world, 1_000));
});
afterEach(() => world.close());

const setFees = (basisPoints: number, fixed: number) => world.call(routes.putFeeSchedule, { path: { id: 'EUR' }, body: { basisPoints, fixed } });
const posted = async (id: string): Promise<unknown> => ((await world.call(routes.getAccount, { path: { id } })).body['balances'] as { posted: number } | undefined)?.posted;
const balances = async () => [await posted(payer), await posted(payee), await posted(fees)];
const paid = async (value: number, captureMethod = 'automatic'): Promise<string> => {
  const { body } = await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(value), captureMethod }, key: newKey() });
  await world.drain();
  return String(body['id']);
};
const statusOf = async (id: string) => (await world.call(routes.getPayment, { path: { id } })).body['status'];
const transfer = async (id: string) => (await world.call(routes.getTransfer, { path: { id } })).body;

describe('the fee of a payment', () => {
  it('is taken from an empty merchant, out of what it is paid, in the same write', async () => {
    expect((await setFees(250, 3)).status).toBe(200);
    const id = await paid(100);
    expect(await statusOf(id)).toBe('succeeded');
    expect(await balances()).toEqual([900, 95, 5]);
    const [charged, fee] = [await transfer(`${id}.payment`), await transfer(`${id}.payment.fee`)];
    expect(fee).toMatchObject({ kind: 'fee', debitAccountId: payee, creditAccountId: fees, amount: eur(5), paymentId: id, postedAt: charged['postedAt'] });
    const { data } = (await world.call(routes.listAccountTransfers, { path: { id: payee } })).body;
    expect((data as { kind: string }[]).map(({ kind }) => kind)).toEqual(['fee', 'payment']);
  });

  it('is rounded down, and never more than what was paid', async () => {
    await setFees(199, 0);
    await paid(50);
    expect(await balances()).toEqual([950, 50, undefined]);
    await setFees(10_000, 7);
    world.now += 60_000;
    await paid(20);
    expect(await balances()).toEqual([930, 50, 20]);
  });

  it('is taken from a frozen merchant, who may be paid but not spend', async () => {
    await setFees(100, 0);
    await world.call(routes.freezeAccount, { path: { id: payee }, body: { reason: 'under suspicion' }, key: newKey() });
    expect(await statusOf(await paid(100))).toBe('succeeded');
    expect(await balances()).toEqual([900, 99, 1]);
  });

  it('is not taken when the payment is declined', async () => {
    await setFees(0, 5);
    expect(await statusOf(await paid(1_001))).toBe('declined');
    // The account of fees is made when one is first tried.
    expect(await balances()).toEqual([1_000, 0, 0]);
  });

  it('is charged to each capture, and not to what is given back', async () => {
    await setFees(1_000, 0);
    const id = await paid(100, 'manual');
    expect(await balances()).toEqual([1_000, 0, undefined]);
    await world.call(routes.capturePayment, { path: { id }, body: { amount: eur(30) }, key: newKey() });
    await world.drain();
    expect(await balances()).toEqual([970, 27, 3]);
    await world.call(routes.capturePayment, { path: { id }, body: { amount: eur(20), final: true }, key: newKey() });
    await world.drain();
    expect(await balances()).toEqual([950, 45, 5]);
    expect(await transfer(`${id}.capture.2.fee`)).toMatchObject({ kind: 'fee', amount: eur(2) });
    expect(await statusOf(id)).toBe('succeeded');
  });

  it('is not given back by a refund: the merchant pays the whole of it', async () => {
    await setFees(1_000, 0);
    const id = await paid(100);
    const refund = async () => {
      const { body } = await world.call(routes.createRefund, { body: { paymentId: id }, key: newKey() });
      await world.drain();
      return (await world.call(routes.getRefund, { path: { id: String(body['id']) } })).body['status'];
    };
    expect(await refund()).toBe('failed');
    await world.call(routes.createDeposit, { path: { id: payee }, body: { amount: eur(10) }, key: newKey() });
    expect(await refund()).toBe('succeeded');
    expect(await balances()).toEqual([1_000, 0, 10]);
  });

  it('changes within a minute of the schedule, and stays what it was for what is posted', async () => {
    await setFees(0, 5);
    await paid(10);
    await world.call(routes.deleteFeeSchedule, { path: { id: 'EUR' } });
    world.now += 60_000;
    await paid(10);
    expect(await balances()).toEqual([980, 15, 5]);
  });

  it('is of the tenant and the currency that it was set for', async () => {
    await world.call(routes.putFeeSchedule, { tenant: 'tenant02', path: { id: 'EUR' }, body: { basisPoints: 0, fixed: 5 } });
    await world.call(routes.putFeeSchedule, { path: { id: 'USD' }, body: { basisPoints: 0, fixed: 5 } });
    await paid(10);
    expect(await balances()).toEqual([990, 10, undefined]);
  });
});
