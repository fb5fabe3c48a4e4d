import type { Regression } from './regressions.ts';

export const answerWhileItWasWritten: Regression = {
  name: 'answer-while-it-was-written',
  found: 'A transaction that met another one on one item was judged by what its other items said: a repeat was told what its own first try had left of them.',
  seed: 25,
  faults: [
    'answerLost opener-tenant01-EUR open-account open-3 at ledger-api 2',
    'transactionConflict opener-tenant01-EUR open-account open-3 at ledger-api 3',
    'transactionConflict opener-tenant01-EUR open-account open-3 at ledger-api 4',
  ],
  plan: {
    steps: [
      { actor: 'opener-tenant01-EUR', at: 0, does: 'open', with: { tenant: 'tenant01', as: 'tenant01-EUR.payer2', key: 'open-3', type: 'customer', currency: 'EUR', reference: 'reference-mark-tenant01-EUR.payer2' } },
    ],
    outages: [],
    receivers: [],
  },
};
