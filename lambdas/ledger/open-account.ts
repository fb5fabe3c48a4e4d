import * as z from 'zod';
import { accountIdFor, newAccount } from './account.ts';
import { overdraftLimitSchema } from './command-account.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { routes } from '../shared/contract/routes.ts';
import { referenceSchema } from '../shared/http/text-schema.ts';
import { currencySchema } from '../shared/money/amount.ts';
import { clock } from '../shared/time/clock.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { Command } from './command.ts';

export const openAccountSchema = z.strictObject({
  type: z.enum(['customer', 'merchant']),
  currency: currencySchema,
  reference: referenceSchema.optional(),
  /** Minor units. */
  overdraftLimit: overdraftLimitSchema.default(0),
});
export type OpenAccountBody = z.infer<typeof openAccountSchema>;

export type OpenAccountResult =
  | { readonly outcome: 'opened' | 'replayed'; readonly account: Account }
  /** The key was used for another request, which has this fingerprint. */
  | { readonly outcome: 'key_reused'; readonly earlier: Uint8Array }
  | { readonly outcome: 'reference_taken'; readonly accountId: string };

/**
 * Opens an account of a customer or a merchant.
 * 1. Derive its id from the key: the same key is the same account, for ever.
 * 2. Put account, AccountOpened and the claim on its reference in one write.
 * 3. There already: the same request is a replay and gets the account as it is now.
 */
export const openAccount = async (accounts: AccountStore, command: Command<OpenAccountBody>): Promise<OpenAccountResult> => {
  const { tenant, key, fingerprint, origin } = command;
  const { type, currency, reference, overdraftLimit } = command.body;
  const account = newAccount({
    id: accountIdFor(tenant, routes.openAccount.operation, key),
    type,
    currency,
    overdraftLimitMinor: overdraftLimit,
    ...(reference === undefined ? {} : { reference }),
    createdAt: clock.now(tenant),
  });
  const answer = await accounts.open(tenant, account, fingerprint, origin);
  if (answer.result === 'opened') return { outcome: 'opened', account };
  if (answer.result === 'reference_taken') return { outcome: 'reference_taken', accountId: answer.accountId };
  return sameFingerprint(answer.fingerprint, fingerprint)
    ? { outcome: 'replayed', account: answer.account }
    : { outcome: 'key_reused', earlier: answer.fingerprint };
};
