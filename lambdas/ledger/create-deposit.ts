import * as z from 'zod';
import { systemAccountId } from './account.ts';
import { askerOf, decideEntry } from './decide-entry.ts';
import { transferIdFor } from './transfer.ts';
import { referenceSchema } from '../shared/http/text-schema.ts';
import { routes } from '../shared/contract/routes.ts';
import { isAccountId } from '../shared/ids/ids.ts';
import { amountSchema } from '../shared/money/amount.ts';
import type { Command } from './command.ts';
import type { EntryDecision } from './decide-entry.ts';
import type { Books } from './post-drafts.ts';

/** What crosses the border to the outside world, inwards or outwards. */
export const moveFundsSchema = z.strictObject({ amount: amountSchema, reference: referenceSchema.optional() });
export type MoveFundsBody = z.infer<typeof moveFundsSchema>;

/**
 * Brings money from the outside world into an account.
 * 1. Derive the transfer's id from the key: the same key is the same deposit, for ever.
 * 2. Decide it: posted, or rejected for good.
 */
export const createDeposit = async (books: Books, accountId: string, command: Command<MoveFundsBody>): Promise<EntryDecision> => {
  const { tenant, key, body: { amount, reference } } = command;
  const outside = systemAccountId(tenant, 'external', amount.currency);
  if (!isAccountId(accountId) || accountId === outside) return { outcome: 'account_not_found' };
  const id = transferIdFor('deposit', tenant, routes.createDeposit.operation, key);
  const entry = { id, kind: 'deposit' as const, debitAccountId: outside, creditAccountId: accountId, amount, ...(reference === undefined ? {} : { reference }) };
  return decideEntry(books, entry, command, askerOf(command));
};
