import type { ReconciliationBooks } from '../../lambdas/operations/reconciliation-books.ts';

const notAsked = (): Promise<never> => Promise.reject(new Error('These books are not asked for that.'));

/** Books that nothing can be asked; a test replaces what it means to be asked. */
export const noBooks: ReconciliationBooks = {
  ledgerPage: notAsked, paymentsPage: notAsked, account: notAsked, accounts: notAsked, statement: notAsked, statementShards: [],
  transfers: notAsked, payment: notAsked, payments: notAsked, refund: notAsked, refunds: notAsked,
};
