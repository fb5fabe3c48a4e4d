import { systemAccountId } from './account.ts';
import { askerOf, decideEntry } from './decide-entry.ts';
import { transferIdFor } from './transfer.ts';
import { routes } from '../shared/contract/routes.ts';
import { isAccountId } from '../shared/ids/ids.ts';
import type { Command } from './command.ts';
import type { MoveFundsBody } from './create-deposit.ts';
import type { EntryDecision } from './decide-entry.ts';
import type { Books } from './post-drafts.ts';

/**
 * Takes money out of an account into the outside world.
 * 1. Derive the transfer's id from the key: the same key is the same withdrawal, for ever.
 * 2. Decide it: posted, or rejected for good, as when less is available.
 */
export const createWithdrawal = async (books: Books, accountId: string, command: Command<MoveFundsBody>): Promise<EntryDecision> => {
  const { tenant, key, body: { amount, reference } } = command;
  const outside = systemAccountId(tenant, 'external', amount.currency);
  if (!isAccountId(accountId) || accountId === outside) return { outcome: 'account_not_found' };
  const id = transferIdFor('withdrawal', tenant, routes.createWithdrawal.operation, key);
  const entry = { id, kind: 'withdrawal' as const, debitAccountId: accountId, creditAccountId: outside, amount, ...(reference === undefined ? {} : { reference }) };
  return decideEntry(books, entry, command, askerOf(command));
};
