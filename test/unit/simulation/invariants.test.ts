import { beforeAll, describe, expect, it } from '@jest/globals';
import { check, invariants } from '../../simulation/invariants/invariants.ts';
import { MINUTE, planBuilder, SECOND } from '../../simulation/scenarios/plan-builder.ts';
import { cancels, captures, listens, pays, refunds, settle } from '../../simulation/scenarios/town.ts';
import { calmRun } from './calm-run.ts';
import { corruptions } from './corruptions.ts';
import type { Observation, Plan, Violation } from '../../simulation/contract.ts';

/** A little of everything, so that every invariant has something to look at. */
const aLittleOfEverything = (): Plan => {
  const b = planBuilder(() => 0.2);
  const town = settle(b, 'tenant01', { funds: 5_000 });
  const other = settle(b, 'tenant02');
  b.add('treasurer', 0, 'charge', { tenant: town.tenant, currency: 'EUR', basisPoints: 100, fixed: 1 });
  listens(b, town.tenant);
  const at = SECOND;
  const paid = pays(b, town, { at, amount: 400, copies: 2 });
  refunds(b, town, paid, { amount: 100 });
  const held = pays(b, town, { at, amount: 300, manual: true });
  captures(b, town, held, { amount: 120, final: false });
  cancels(b, town, held, { at: MINUTE });
  b.add('reader', 2 * MINUTE, 'look', { tenant: town.tenant, payment: paid, account: town.payers[0] });
  const kept = pays(b, town, { at, amount: 200, manual: true });
  captures(b, town, kept, { amount: 150, final: true });
  cancels(b, town, pays(b, town, { at, amount: 50, manual: true }));
  pays(b, town, { at: 6 * MINUTE, amount: 9_999 });
  pays(b, other, { at, amount: 10 });
  b.add('reverser', MINUTE, 'reverse', { tenant: other.tenant, key: 'undone', transfer: `${other.payers[1]}.deposit`, reason: 'paid in by mistake' });
  return b.plan();
};

let clean: Observation;
let afterWrites: readonly Violation[];
beforeAll(async () => {
  ({ observation: clean, afterWrites } = await calmRun(aLittleOfEverything()));
}, 120_000);

describe('the invariants of a run', () => {
  it('find nothing in a run without faults', () => {
    expect(check(clean)).toEqual([]);
    expect(afterWrites).toEqual([]);
  });

  it.each(corruptions)('find %s', (_what, invariant, message, change) => {
    const found = check(change(clean)).filter((violation) => violation.invariant === invariant);

    expect(found.map((violation) => violation.message)).toContainEqual(expect.stringMatching(message));
  });

  it('are each seen to fail', () => {
    expect(new Set(corruptions.map(([, invariant]) => invariant))).toEqual(new Set(invariants.map(({ name }) => name)));
  });
});
