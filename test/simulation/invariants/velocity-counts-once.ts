import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { FraudCase } from '../../../lambdas/fraud/fraud-case.ts';

/** Name of a payer's counter item of the day or minute in which a payment was made. */
const counterOf = (tenant: string, payer: string, window: 'DAY' | 'MINUTE', createdAt: number, currency: string): string =>
  `${tenant}#V#${payer} ${window}#${new Date(createdAt).toISOString().slice(0, window === 'DAY' ? 10 : 16)}#${currency}`;

/** By the verdict, or by a person before it; what ended unpaid may have ended before it was counted. */
const isLetThrough = ({ verdict, review, events, fate }: FraudCase): boolean => {
  const [first] = events.filter(({ type }) => type === 'FraudAssessed' || type === 'ReviewDecided');
  if (fate === 'unpaid') return false;
  return first?.type === 'ReviewDecided' ? review?.status === 'approved' : verdict?.outcome !== 'decline';
};

export const velocityCountsOnce = invariant(
  'velocity-counts-once', 'Each payment that fraud assessed is counted once in its payer’s day and minute, with no more money than was asked for, and no less than was let through.',
  (observation, breaks) => {
    const attempts = new Map<string, number>();
    const amounts = new Map<string, number>();
    const letThrough = new Map<string, number>();
    for (const one of recordsOf(observation).cases) {
      const { tenant, verdict, payment: { payerAccountId, createdAt, currency, amountMinor } } = one;
      if (verdict === undefined) continue;
      for (const window of ['DAY', 'MINUTE'] as const) {
        const name = counterOf(tenant, payerAccountId, window, createdAt, currency);
        attempts.set(name, (attempts.get(name) ?? 0) + 1);
        amounts.set(name, (amounts.get(name) ?? 0) + amountMinor);
        if (isLetThrough(one)) letThrough.set(name, (letThrough.get(name) ?? 0) + amountMinor);
      }
    }
    const stored = new Map(observation.tables.fraud.filter(({ pk }) => String(pk).split('#')[1] === 'V').map((item) => [`${String(item['pk'])} ${String(item['sk'])}`, item]));
    for (const name of new Set([...attempts.keys(), ...stored.keys()])) {
      const prefix = name.includes(' DAY#') ? 'day' : 'minute';
      const [counted, approved] = [Number(stored.get(name)?.[`${prefix}Attempts`] ?? 0), Number(stored.get(name)?.[`${prefix}Approved`] ?? 0)];
      if (counted !== (attempts.get(name) ?? 0)) breaks(`${counted} attempts are counted, ${attempts.get(name) ?? 0} were assessed.`, name);
      if (approved > (amounts.get(name) ?? 0)) breaks(`${approved} is counted as approved, ${amounts.get(name) ?? 0} was asked for.`, name);
      if (approved < (letThrough.get(name) ?? 0)) breaks(`${approved} is counted as approved, ${letThrough.get(name) ?? 0} was let through.`, name);
    }
  },
);
