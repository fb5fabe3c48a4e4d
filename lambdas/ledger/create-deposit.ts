import * as z from 'zod';
import { systemAccountId } from './account.ts';
import { postDrafts } from './post-drafts.ts';
import { taken, transferIdFor } from './transfer.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { referenceSchema } from '../shared/http/text-schema.ts';
import { routes } from '../shared/contract/routes.ts';
import { isAccountId } from '../shared/ids/ids.ts';
import { amountSchema } from '../shared/money/amount.ts';
import type { Command } from './command.ts';
import type { Decision } from './draft.ts';
import type { Books } from './post-drafts.ts';
import type { Asker } from './transfer-store.ts';
import type { Entry, Transfer } from './transfer.ts';

export const createDepositSchema = z.strictObject({ amount: amountSchema, reference: referenceSchema.optional() });
export type CreateDepositBody = z.infer<typeof createDepositSchema>;

export type CreateDepositResult =
  /** Posted or rejected, as the transfer says. */
  | { readonly outcome: 'decided' | 'replayed'; readonly transfer: Transfer }
  | { readonly outcome: 'account_not_found' }
  | { readonly outcome: 'key_reused'; readonly earlier: Uint8Array };

/**
 * Brings money from the outside world into an account.
 * 1. Derive the transfer's id from the key: the same key is the same deposit, for ever.
 * 2. Post it. Refused by the account: the rejection is written under the same id. An unknown account is not recorded, as
 *    the caller may correct it and use the key again.
 * 3. Decided before: the same request is a replay and gets the same decision.
 */
export const createDeposit = async (books: Books, accountId: string, command: Command<CreateDepositBody>): Promise<CreateDepositResult> => {
  const { tenant, key, body: { amount, reference }, origin, fingerprint } = command;
  const outside = systemAccountId(tenant, 'external', amount.currency);
  if (!isAccountId(accountId) || accountId === outside) return { outcome: 'account_not_found' };
  const id = transferIdFor('deposit', tenant, routes.createDeposit.operation, key);
  const entry: Entry = {
    id, kind: 'deposit', debitAccountId: outside, creditAccountId: accountId, amount, ...(reference === undefined ? {} : { reference }),
  };
  const asker: Asker = { origin, fingerprint };
  const [decision] = await postDrafts(books, [{
    tenant, entry, asker,
    intend: (_parent, at) => ({ kind: 'post', transfers: [{ transfer: taken(entry, at), asker }] }),
    records: (reason) => reason !== 'account_not_found',
  }]);
  if (decision === undefined || decision instanceof Error) throw decision ?? new Error('The deposit was not decided.');
  return resultOf(decision, fingerprint);
};

const resultOf = (decision: Decision, fingerprint: Uint8Array): CreateDepositResult => {
  if (decision.outcome === 'refused') return { outcome: 'account_not_found' };
  if (decision.outcome === 'made') {
    if (decision.decided === undefined) throw new Error('A deposit was decided by nothing.');
    return { outcome: 'decided', transfer: decision.decided.transfer };
  }
  const { transfer, fingerprint: earlier } = decision.earlier;
  if (earlier === undefined) throw new Error('A deposit has no fingerprint.');
  return sameFingerprint(earlier, fingerprint) ? { outcome: 'replayed', transfer } : { outcome: 'key_reused', earlier };
};
