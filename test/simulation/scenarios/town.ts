import { marks } from '../marks.ts';
import { SECOND } from './plan-builder.ts';
import type { PlanBuilder } from './plan-builder.ts';

/** A public address, so that no name has to be resolved; nothing is ever sent there. */
export const RECEIVERS = 'https://93.184.216.34';

/** Names of one tenant's accounts in a plan. */
export interface Town {
  readonly tenant: string;
  readonly currency: string;
  readonly payers: readonly [string, ...(readonly string[])];
  readonly merchants: readonly [string, ...(readonly string[])];
  /** Of the first payer. */
  readonly deposit: string;
}

interface Size {
  readonly payers?: number;
  readonly merchants?: number;
  readonly currency?: string;
  /** What each payer has, minor units. */
  readonly funds?: number;
  readonly overdraft?: number;
}

const named = (count: number, nameOf: (index: number) => string): readonly [string, ...(readonly string[])] =>
  [nameOf(1), ...Array.from({ length: count - 1 }, (_, index) => nameOf(index + 2))];

/** Opens and funds a tenant's accounts, as the first thing that happens. */
export const settle = (b: PlanBuilder, tenant: string, { payers = 2, merchants = 1, currency = 'EUR', funds = 50_000, overdraft }: Size = {}): Town => {
  const place = `${tenant}-${currency}`;
  const opener = `opener-${place}`;
  const town: Town = {
    tenant, currency, payers: named(payers, (index) => `${place}.payer${index}`), merchants: named(merchants, (index) => `${place}.merchant${index}`), deposit: `${place}.payer1.deposit`,
  };
  const open = (as: string, type: string, more: Readonly<Record<string, unknown>> = {}): void =>
    b.add(opener, 0, 'open', { tenant, as, key: b.fresh('open'), type, currency, reference: marks.reference(as), ...more });
  for (const payer of town.payers) {
    open(payer, 'customer', overdraft === undefined ? {} : { overdraft });
    if (funds > 0) b.add(opener, 0, 'deposit', { tenant, as: `${payer}.deposit`, key: b.fresh('deposit'), account: payer, amount: funds, currency });
  }
  for (const merchant of town.merchants) open(merchant, 'merchant');
  return town;
};

interface Paying {
  readonly at?: number;
  readonly amount?: number;
  readonly manual?: boolean;
  readonly payer?: string;
  readonly payee?: string;
  readonly copies?: number;
  readonly key?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A payment by an actor of its own. @returns its name */
export const pays = (b: PlanBuilder, { tenant, currency, payers, merchants }: Town, { at = b.draw.between(0, 60 * SECOND), amount = b.draw.between(1, 900), manual = false, copies, key, more, ...given }: Paying = {}): string => {
  const as = b.fresh(`${tenant}.payment`);
  const { payer = b.draw.oneOf(payers), payee = b.draw.oneOf(merchants) } = given;
  const told = b.draw.chance(0.3) ? { reference: marks.reference(as), description: marks.personal(as), metadata: { name: marks.personal(as) } } : {};
  b.add(`payer of ${as}`, at, 'pay', {
    tenant, as, key: key ?? b.fresh('pay'), payer, payee, amount, currency, ...(manual ? { manual } : {}), ...(copies === undefined ? {} : { copies }), ...told, ...more,
  });
  return as;
};

export const authorized = { statuses: ['authorized'], forMs: 15 * 60 * SECOND };

interface Acting {
  readonly at?: number;
  readonly amount?: number;
  readonly final?: boolean;
  readonly copies?: number;
  readonly blind?: boolean;
  readonly actor?: string;
}

/** What is done to a payment, each by an actor of its own: after it is authorized, or at once when it is done blindly. */
export const captures = (b: PlanBuilder, { tenant, currency }: Town, payment: string, { at = 0, amount, final, copies, blind = false, actor = b.fresh('capturer') }: Acting = {}): void =>
  b.add(actor, at, 'capture', {
    tenant, key: b.fresh('capture'), payment, currency, ...(amount === undefined ? {} : { amount }), ...(final === undefined ? {} : { final }),
    ...(copies === undefined ? {} : { copies }), ...(blind ? {} : { after: authorized }),
  });

export const cancels = (b: PlanBuilder, { tenant }: Town, payment: string, { at = 0, copies, blind = false, actor = b.fresh('canceler') }: Acting = {}): void =>
  b.add(actor, at, 'cancel', { tenant, key: b.fresh('cancel'), payment, reason: marks.reason('cancel'), ...(copies === undefined ? {} : { copies }), ...(blind ? {} : { after: authorized }) });

export const refunds = (b: PlanBuilder, { tenant, currency }: Town, payment: string, { at = 0, amount, copies, actor = b.fresh('refunder') }: Acting = {}): string => {
  const as = b.fresh(`${tenant}.refund`);
  b.add(actor, at, 'refund', { tenant, as, key: b.fresh('refund'), payment, currency, ...(amount === undefined ? {} : { amount }), ...(copies === undefined ? {} : { copies }), after: { statuses: ['succeeded'], forMs: 15 * 60 * SECOND } });
  return as;
};

/** An endpoint of the tenant and how its receiver behaves. @param at when it is created @returns its name */
export const listens = (
  b: PlanBuilder, tenant: string, behaviour: Parameters<PlanBuilder['receives']>[1] = [], more: Readonly<Record<string, unknown>> = {}, at = 0,
): string => {
  const as = b.fresh(`${tenant}.endpoint`);
  const url = `${RECEIVERS}/${as}`;
  b.receives(url, behaviour);
  b.add(`listener ${as}`, at, 'listen', { tenant, as, key: b.fresh('listen'), url, ...more });
  return as;
};
