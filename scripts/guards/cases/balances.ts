import type { Guard } from '../guard.ts';

const balanceAt = 'lambdas/ledger/get-balance-at.ts';
const balances = ['test/unit/ledger/balance-at.test.ts'];

export const balanceGuards: readonly Guard[] = [
  {
    name: 'the sum of a statement is compared with counters that have all of it',
    file: balanceAt,
    find: 'next ?? (await accounts.find(tenant, account.id))',
    replace: 'next ?? account',
    tests: balances,
  },
  {
    name: 'a sum that is too long goes on where it broke off, within a day too',
    file: balanceAt,
    find: 'Math.min(now - BELIEVED_MS, lastAt)',
    replace: 'startOfDay(Math.min(now - BELIEVED_MS, lastAt))',
    tests: balances,
  },
];
