import type { Guard } from '../guard.ts';

const tests = ['test/simulation/regressions.test.ts'];

/**
 * What mended each thing that the simulation found. A regression names places where faults struck: when these get other names it
 * passes whatever the product does, so each has to be seen to fail.
 */
export const regressionGuards: readonly Guard[] = [
  {
    name: 'hour-without-notifications: 20 receives outlast an hour whatever the dice say',
    file: 'lambdas/shared/random/random.ts',
    find: 'return Math.floor(half + current.uniform() * half);',
    replace: 'return Math.floor(current.uniform() * 2 * half);',
    tests,
  },
  {
    name: 'answer-while-it-was-written: while an item cannot be asked, what the others say is no verdict',
    file: 'lambdas/shared/aws/errors.ts',
    find: "new Set([...contentions, 'None', 'ConditionalCheckFailed'])",
    replace: "new Set([...contentions, 'None'])",
    tests,
  },
];
