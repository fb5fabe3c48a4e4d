import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { usual } from './spread-traffic.ts';
import { listens, settle } from './town.ts';
import type { Scenario } from '../contract.ts';

/** Everything goes wrong far more often than it ever would. */
export const storm: Scenario = {
  name: 'storm',
  weight: 8,
  faults: {
    requestLost: 0.05, answerLost: 0.08, appliedLate: 0.03, throttled: 0.05, transactionConflict: 0.15, staleRead: 0.5, batchPartial: 0.3, killed: 0.02, timedOut: 0.01, deliveredTwice: 0.2, deliveredLate: 0.1, reordered: 0.3,
    streamCut: 0.2, streamRepeated: 0.2, putEventsPartial: 0.2, clockStep: 0.02, callerGivesUp: 0.1, calledTwice: 0.1,
  },
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01');
    if (b.draw.chance(0.3)) listens(b, town.tenant);
    for (let index = 0; index < 4; index += 1) usual(b, town);
    if (b.draw.chance(0.25)) b.breaks('bus', 20 * SECOND, 20 * SECOND + b.draw.between(40 * SECOND, 2 * MINUTE));
    return b.plan();
  },
};

/** The books are compared in the midst of traffic, while one account is written all the time, and must be found right. */
export const comparedMeanwhile: Scenario = {
  name: 'compared-meanwhile',
  weight: 5,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { payers: 1 });
    const { tenant, currency, payers: [account] } = town;
    for (let index = 0; index < 2; index += 1) usual(b, town);
    // A run begins within a minute of when it is asked for.
    for (const at of [0, MINUTE]) b.add(b.fresh('auditor'), at + b.draw.between(0, 10 * SECOND), 'reconcile', { key: b.fresh('reconcile') });
    for (let at = 5 * SECOND; at < 2 * MINUTE; at += 4 * SECOND) b.add('busy cashier', at, 'deposit', { tenant, as: b.fresh('deposit'), key: b.fresh('deposit'), account, amount: 1, currency });
    return b.plan();
  },
};
