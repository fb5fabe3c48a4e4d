import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { usual } from './spread-traffic.ts';
import { listens, settle } from './town.ts';
import type { Receives, Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';

const behaviours: readonly ((b: PlanBuilder) => readonly Receives[])[] = [
  () => [],
  // Away for a while, in different ways.
  (b) => [{ from: 0, answer: b.draw.oneOf([500, 503, 302, 'refuse', 'hang'] as const) }, { from: b.draw.between(30 * SECOND, 8 * MINUTE), answer: 200 }],
  (b) => [{ from: 0, answer: 429, headers: { 'Retry-After': '30' } }, { from: b.draw.between(MINUTE, 3 * MINUTE), answer: 204 }],
  // There, away, there and away again: what it failed before it answered does not count.
  (b) => [1, 3, 5, 7].flatMap((minute): Receives[] => [{ from: minute * MINUTE, answer: b.draw.oneOf([500, 503] as const) }, { from: (minute + 1) * MINUTE, answer: 200 }]),
  // Slow, but there.
  () => [{ from: 0, answer: 200, afterMs: 5_000 }],
  // Gone for good.
  (b) => [{ from: b.draw.between(0, MINUTE), answer: 410 }],
  // Never there: given up in the end.
  () => [{ from: 0, answer: 500 }],
];

export const webhooks: Scenario = {
  name: 'webhooks',
  weight: 8,
  plan: (random) => {
    const b = planBuilder(random);
    const { draw } = b;
    const town = settle(b, 'tenant01');
    const { tenant } = town;
    const endpoints = Array.from({ length: draw.between(1, 3) }, () =>
      listens(b, tenant, draw.oneOf(behaviours)(b), draw.chance(0.3) ? { eventTypes: ['PaymentSucceeded', 'PaymentDeclined'] } : { copies: draw.between(1, 2) }));
    for (let index = 0; index < 2; index += 1) usual(b, town);
    // Who comes later is told nothing of what was before, also when it is said again.
    if (draw.chance(0.4)) listens(b, tenant, [], {}, draw.between(MINUTE, 4 * MINUTE));
    const [first = ''] = endpoints;
    if (draw.chance(0.5)) b.add('merchant', draw.between(9 * MINUTE, 14 * MINUTE), 'redeliverFailed', { tenant, key: b.fresh('redeliver'), endpoint: first, sinceMs: 20 * MINUTE });
    if (draw.chance(0.5)) b.add('merchant', draw.between(3 * MINUTE, 16 * MINUTE), 'redeliverLast', { tenant, key: b.fresh('redeliver'), endpoint: first });
    for (let index = draw.between(0, 2); index > 0; index -= 1) b.add(b.fresh('rotator'), draw.between(5 * SECOND, 4 * MINUTE), 'rotate', { tenant, key: b.fresh('rotate'), endpoint: draw.oneOf(endpoints), copies: draw.between(1, 2) });
    if (draw.chance(0.5)) b.add('tester', draw.between(5 * SECOND, 4 * MINUTE), 'test', { tenant, key: b.fresh('test'), endpoint: draw.oneOf(endpoints), copies: draw.between(1, 2) });
    const last = endpoints.at(-1) ?? first;
    if (draw.chance(0.3)) b.add('admin', draw.between(20 * SECOND, 5 * MINUTE), 'changeEndpoint', { tenant, endpoint: last, status: 'disabled' });
    if (draw.chance(0.3)) b.add('admin', draw.between(MINUTE, 9 * MINUTE), 'changeEndpoint', { tenant, endpoint: last, status: 'enabled' });
    if (draw.chance(0.2)) b.add('admin', draw.between(20 * SECOND, 5 * MINUTE), 'deleteEndpoint', { tenant, endpoint: last });
    return b.plan();
  },
};
