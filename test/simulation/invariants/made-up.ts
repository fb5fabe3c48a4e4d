import type { Observation } from '../contract.ts';

/** Payments that somebody made up before the ledger: it has to keep its promises for them too, and nobody else knows them. */
export const madeUpIn = ({ plan }: Observation): ReadonlySet<string> => new Set(plan.steps.filter(({ does }) => does === 'makeUp').map(({ with: { id } }) => String(id)));

/** Whose payment an event is of. */
export const paymentOf = (body: string): string => {
  try {
    return String((JSON.parse(body) as { readonly data?: { readonly paymentId?: unknown } }).data?.paymentId);
  } catch {
    return '';
  }
};
