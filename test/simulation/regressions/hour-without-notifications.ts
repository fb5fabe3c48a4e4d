import type { Regression } from './regressions.ts';

export const hourWithoutNotifications: Regression = {
  name: 'hour-without-notifications',
  found: 'The waits of a message summed up to an hour on average only: an unlucky one used up its 20 receives in an outage of an hour, and was given up.',
  seed: 18,
  faults: [],
  plan: {
    steps: [
      { actor: 'opener', at: 0, does: 'open', with: { tenant: 'tenant01', as: 'tenant01-EUR.payer1', key: 'open-1', type: 'customer', currency: 'EUR', reference: 'reference-mark-tenant01-EUR.payer1' } },
      { actor: 'opener', at: 0, does: 'deposit', with: { tenant: 'tenant01', as: 'tenant01-EUR.payer1.deposit', key: 'deposit-2', account: 'tenant01-EUR.payer1', amount: 50_000, currency: 'EUR' } },
      { actor: 'opener', at: 0, does: 'open', with: { tenant: 'tenant01', as: 'tenant01-EUR.merchant1', key: 'open-7', type: 'merchant', currency: 'EUR', reference: 'reference-mark-tenant01-EUR.merchant1' } },
      { actor: 'payer', at: 59_560, does: 'pay', with: { tenant: 'tenant01', as: 'tenant01.payment-8', key: 'pay-9', payer: 'tenant01-EUR.payer1', payee: 'tenant01-EUR.merchant1', amount: 216, currency: 'EUR', manual: true } },
      { actor: 'capturer-10', at: 0, does: 'capture', with: { tenant: 'tenant01', key: 'capture-11', payment: 'tenant01.payment-8', currency: 'EUR', amount: 147, after: { statuses: ['authorized'], forMs: 900_000 } } },
    ],
    outages: [{ part: 'table:notifications', from: 80_496, until: 3_680_496 }],
    receivers: [],
  },
};
