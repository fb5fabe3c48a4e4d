import * as z from 'zod';
import { externalAccount, externalAccountId } from './account.ts';
import { postEntry, rejectEntry } from './post-entry.ts';
import { depositIdFor } from './transfer.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { referenceSchema } from '../shared/http/text-schema.ts';
import { routes } from '../shared/contract/routes.ts';
import { isAccountId } from '../shared/ids/ids.ts';
import { amountSchema } from '../shared/money/amount.ts';
import { clock } from '../shared/time/clock.ts';
import type { AccountStore } from './account-store.ts';
import type { Command } from './command.ts';
import type { Decision, Posting } from './post-entry.ts';
import type { Asker, TransferStore } from './transfer-store.ts';
import type { Entry, Transfer } from './transfer.ts';
import type { TenantId } from '../shared/ids/ids.ts';

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
 * 2. Post it; the outside world's account in this currency is made when it is first needed.
 * 3. Refused by the account: write the rejection under the same id. An unknown account is not recorded, as
 *    the caller may correct it and use the key again.
 * 4. Decided before: the same request is a replay and gets the same decision.
 */
export const createDeposit = async (
  accounts: AccountStore, transfers: TransferStore, accountId: string, command: Command<CreateDepositBody>,
): Promise<CreateDepositResult> => {
  const { tenant, key, body: { amount, reference } } = command;
  const debitAccountId = externalAccountId(tenant, amount.currency);
  if (!isAccountId(accountId) || accountId === debitAccountId) return { outcome: 'account_not_found' };
  const id = depositIdFor(tenant, routes.createDeposit.operation, key);
  const entry: Entry = { id, kind: 'deposit', debitAccountId, creditAccountId: accountId, amount, ...(reference === undefined ? {} : { reference }) };
  const asker: Asker = {
    origin: command.origin,
    fingerprint: command.fingerprint,
  };
  const posting = await postFromOutside(accounts, transfers, tenant, entry, asker);
  if (posting.outcome !== 'refused') return resultOf(posting, command.fingerprint);
  if (posting.reason === 'account_not_found') return { outcome: 'account_not_found' };
  return resultOf(await rejectEntry(transfers, tenant, entry, posting.reason, asker), command.fingerprint);
};

const postFromOutside = async (
  accounts: AccountStore, transfers: TransferStore, tenant: TenantId, entry: Entry, asker: Asker,
): Promise<Posting> => {
  const posting = await postEntry(transfers, tenant, entry, asker);
  if (posting.outcome !== 'refused' || posting.missing !== 'debit') return posting;
  await accounts.ensure(tenant, externalAccount(tenant, entry.amount.currency, clock.now(tenant)));
  return postEntry(transfers, tenant, entry, asker);
};

const resultOf = (decision: Decision, fingerprint: Uint8Array): CreateDepositResult => {
  if (decision.outcome === 'made') return { outcome: 'decided', transfer: decision.transfer };
  const { transfer, fingerprint: earlier } = decision.earlier;
  if (earlier === undefined) throw new Error('A deposit has no fingerprint.');
  return sameFingerprint(earlier, fingerprint) ? { outcome: 'replayed', transfer } : { outcome: 'key_reused', earlier };
};
