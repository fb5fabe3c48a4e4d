import { HOUR, MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { usual } from './spread-traffic.ts';
import { deadlines, REVIEW_ABOVE } from './settings.ts';
import { listens, pays, settle } from './town.ts';
import type { Part, Scenario } from '../contract.ts';

const parts: readonly Part[] = [
  'consumer:fraud', 'consumer:ledger', 'consumer:payments', 'consumer:reviews', 'consumer:notifications', 'consumer:deliveries', 'bus', 'bus', 'bus', 'queue:deliveries',
  'relay:payments', 'relay:ledger', 'relay:fraud', 'relay:notifications', 'table:payments', 'table:ledger', 'table:fraud', 'table:notifications',
  'sweeper:payments', 'sweeper:fraud', 'sweeper:notifications', 'idempotency:payments', 'idempotency:ledger', 'api:payments', 'api:ledger',
];

/** A part is out of order for minutes up to an hour, while payments go on. */
export const somethingIsDown: Scenario = {
  name: 'something-is-down',
  weight: 12,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { payers: 3 });
    if (b.draw.chance(0.4)) listens(b, town.tenant);
    const payments = Array.from({ length: 4 }, () => usual(b, town));
    const broken = Array.from({ length: b.draw.between(1, 2) }, () => b.draw.oneOf(parts));
    for (const part of new Set(broken)) {
      const from = b.draw.between(10 * SECOND, 90 * SECOND);
      b.breaks(part, from, from + b.draw.oneOf([b.draw.between(MINUTE, 5 * MINUTE), b.draw.between(5 * MINUTE, 30 * MINUTE), HOUR]));
    }
    b.add('reader', 3 * MINUTE, 'look', { tenant: town.tenant, payment: b.draw.oneOf(payments), account: town.merchants[0] });
    return b.plan();
  },
};

/** The ledger is away for longer than a payment may wait for it: it is asked to give the payments up, and finds the asks late. */
export const givenUp: Scenario = {
  name: 'given-up',
  weight: 5,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01');
    const back = deadlines.processing * SECOND + b.draw.between(-5 * MINUTE, 15 * MINUTE);
    b.breaks(b.draw.oneOf(['consumer:ledger', 'relay:payments', 'relay:ledger']), 15 * SECOND, back);
    for (let index = 0; index < 4; index += 1) {
      const payment = pays(b, town, { at: b.draw.between(0, MINUTE), manual: b.draw.chance(0.4) });
      // The very ask comes again, as it does from a dead-letter queue, when the payment was given up long ago.
      if (b.draw.chance(0.4)) b.add(b.fresh('late postman'), back + b.draw.between(0, 20 * MINUTE), 'sendAgain', { queue: 'ledger', payment, suffix: '-2' });
    }
    return b.plan();
  },
};

/**
 * Messages that wait for a consumer are purged by mistake: whoever waits for an answer asks again. An event that nobody asks for
 * again, since it was for the log, is missing there until somebody republishes.
 */
export const lostMessages: Scenario = {
  name: 'lost-messages',
  weight: 6,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01');
    if (b.draw.chance(0.4)) listens(b, town.tenant);
    for (let index = 0; index < 3; index += 1) usual(b, town);
    if (b.draw.chance(0.5)) pays(b, town, { amount: REVIEW_ABOVE + 1 });
    for (const queue of ['payments', 'ledger', 'fraud', 'reviews', 'deliveries', 'notifications'] as const) {
      if (b.draw.chance(0.5)) continue;
      const [from, until] = [b.draw.between(10 * SECOND, 60 * SECOND), b.draw.between(70 * SECOND, 4 * MINUTE)];
      b.breaks(`consumer:${queue}`, from, until);
      b.add(b.fresh('careless operator'), until - SECOND, 'purge', { queue });
      if (queue === 'notifications') b.add('operator', 6 * MINUTE, 'republish', { key: b.fresh('republish'), sinceMs: 10 * MINUTE });
    }
    return b.plan();
  },
};

/** A relay is away for longer than its stream keeps records: what was never said is asked for, and said again by hand. */
export const relayOffLong: Scenario = {
  name: 'relay-off-long',
  // Rare, since a day of asking again costs as much as ten other runs.
  weight: 1,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01');
    const part = b.draw.oneOf(['relay:payments', 'relay:ledger', 'relay:fraud'] as const);
    const back = 25 * HOUR;
    b.breaks(part, b.draw.between(0, MINUTE), back);
    for (let index = 0; index < 2; index += 1) usual(b, town);
    // What the mapping gave up before its stream forgot it is parked, and comes back a hundred changes at a time.
    for (let hour = 1; hour <= 3; hour += 1) b.add('operator', back + hour * HOUR / 2, 'redriveByApi', { key: b.fresh('redrive'), source: part });
    b.add('operator', back + 2 * HOUR, 'republish', { key: b.fresh('republish'), sinceMs: 28 * HOUR });
    b.add('operator', back + 3 * HOUR, 'republish', { key: b.fresh('republish'), sinceMs: 29 * HOUR });
    return b.plan();
  },
};
