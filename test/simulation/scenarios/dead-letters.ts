import { HOUR, MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { usual } from './spread-traffic.ts';
import { pays, settle } from './town.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

const queues = ['payments', 'ledger', 'fraud', 'reviews', 'notifications', 'deliveries'] as const;

/** What no consumer can ever do: it must end as a dead letter, and hold up nothing. */
const poisons = (b: PlanBuilder): void => {
  const queue = b.draw.oneOf(queues);
  const at = b.draw.between(0, 2 * MINUTE);
  const bodies = ['not json', '{"specversion":"1.0"}', '[]', JSON.stringify({ ...strange(b), type: 'NobodyKnowsIt' })] as const;
  b.add(b.fresh('poisoner'), at, 'poison', { queue, body: b.draw.oneOf(bodies) });
};

/** An ask of a payment that nobody made. */
const strange = (b: PlanBuilder): Readonly<Record<string, unknown>> => {
  const payment = `pay_${String(b.draw.between(1, 9)).repeat(26)}`;
  return {
    specversion: '1.0', id: `${payment}-1`, source: 'payment-pipeline.fraud', type: 'FraudAssessed', subject: payment, time: '2026-01-05T10:00:00.000Z', datacontenttype: 'application/json',
    dataschema: 'urn:payment-pipeline:event:FraudAssessed:1', tenantid: 'tenant01', sequence: 1, emission: 1, correlationid: 'made-up', causationid: 'made-up',
    data: { paymentId: payment, outcome: 'approve', riskLevel: 'low', riskScore: 1, reasons: [], ruleVersion: '1', review: 'none' },
  };
};

/** Old messages of the payment come again, to whoever heard them before. */
const comesAgain = (b: PlanBuilder, payment: string): void => {
  const letters = [['fraud', '-1'], ['ledger', '-2'], ['payments', '.case-1'], ['payments', '.payment-1'], ['payments', '.hold-1'], ['notifications', '-1']] as const;
  const [queue, suffix] = b.draw.oneOf(letters);
  b.add(b.fresh('late postman'), b.draw.oneOf([b.draw.between(MINUTE, 10 * MINUTE), 3 * HOUR]), 'sendAgain', { queue, payment, suffix });
};

const redrives = (b: PlanBuilder, at: number): void => {
  const queue = b.draw.oneOf(queues);
  if (b.draw.chance(0.5)) b.add(b.fresh('operator'), at, 'redrive', { queue });
  else b.add(b.fresh('operator'), at, 'redriveByApi', { key: b.fresh('redrive'), source: `consumer:${queue}` });
};

/** The queue takes nothing back while its dead letters are redriven: they stay where they are. */
const redrivesInVain = (b: PlanBuilder): void => {
  const at = b.draw.between(14 * MINUTE, 18 * MINUTE);
  b.breaks('queue:ledger', at, at + 3 * MINUTE);
  b.add(b.fresh('operator'), at + 5 * SECOND, 'redriveByApi', { key: b.fresh('redrive'), source: 'consumer:ledger' });
};

/** Poison, outages so long that good messages are given up as well, redrives of all of it, and old messages once more. */
export const deadLetters: Scenario = {
  name: 'dead-letters',
  weight: 8,
  plan: (random) => {
    const b = planBuilder(random);
    const town: Town = settle(b, 'tenant01');
    const payments = [pays(b, town, { at: SECOND }), ...Array.from({ length: 3 }, () => usual(b, town))];
    for (let index = b.draw.between(1, 2); index > 0; index -= 1) poisons(b);
    if (b.draw.chance(0.2)) b.add('stranger', MINUTE, 'poison', { queue: 'payments', body: JSON.stringify(strange(b)) });
    if (b.draw.chance(0.5)) {
      b.add('forger', 3 * MINUTE, 'forge', { tenant: town.tenant, payment: payments[0] ?? '', amount: b.draw.between(1, 100) });
      if (b.draw.chance(0.6)) redrivesInVain(b);
    }
    if (b.draw.chance(0.5)) b.add('somebody', MINUTE, 'stray', { service: 'notifications', forMs: 9 * MINUTE });
    for (const payment of payments) if (b.draw.chance(0.7)) comesAgain(b, payment);
    if (b.draw.chance(0.3)) b.breaks(b.draw.oneOf(['table:ledger', 'table:payments', 'table:fraud']), 30 * SECOND, b.draw.between(HOUR, 4 * HOUR));
    for (let index = 0; index < 3; index += 1) redrives(b, b.draw.between(20 * MINUTE, 5 * HOUR));
    return b.plan();
  },
};
