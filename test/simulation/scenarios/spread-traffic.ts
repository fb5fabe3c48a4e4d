import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { cancels, captures, listens, pays, refunds, settle } from './town.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

/** One payment with what usually becomes of it. */
export const usual = (b: PlanBuilder, town: Town): string => {
  const { draw } = b;
  const manual = draw.chance(0.4);
  const amount = draw.between(1, 900);
  const payment = pays(b, town, { manual, amount });
  if (manual && draw.chance(0.8)) captures(b, town, payment, draw.chance(0.5) ? {} : { amount: draw.between(1, amount), ...(draw.chance(0.5) ? { final: true } : {}) });
  if (manual && draw.chance(0.3)) cancels(b, town, payment, { at: draw.between(0, 2 * MINUTE) });
  if (draw.chance(0.3)) refunds(b, town, payment, draw.chance(0.5) ? {} : { amount: draw.between(1, amount) });
  return payment;
};

export const spreadTraffic: Scenario = {
  name: 'spread-traffic',
  weight: 10,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { payers: 3, merchants: 2, currency: b.draw.oneOf(['EUR', 'EUR', 'JPY']) });
    if (b.draw.chance(0.3)) b.add('treasurer', 0, 'charge', { tenant: town.tenant, currency: town.currency, basisPoints: b.draw.between(0, 500), fixed: b.draw.between(0, 30) });
    if (b.draw.chance(0.5)) listens(b, town.tenant);
    const payments = Array.from({ length: b.draw.between(3, 5) }, () => usual(b, town));
    b.add('reader', 90 * SECOND, 'look', { tenant: town.tenant, payment: b.draw.oneOf(payments), account: town.payers[0] });
    return b.plan();
  },
};
