import * as z from 'zod';
import { changeLimit, refusalOf } from './account-commands.ts';
import { UndecidedError } from '../shared/aws/errors.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { lineSchema } from '../shared/http/text-schema.ts';
import { isAccountId } from '../shared/ids/ids.ts';
import { MAX_AMOUNT_MINOR } from '../shared/money/amount.ts';
import { clock } from '../shared/time/clock.ts';
import type { Account } from './account.ts';
import type { AccountCommand, CommandRefusal } from './account-commands.ts';
import type { AccountStore } from './account-store.ts';
import type { Command } from './command.ts';

export const commandAccountSchema = z.strictObject({
  /** For people; kept with the command, never in an event. */
  reason: lineSchema(500),
});

/** Minor units. */
export const overdraftLimitSchema = z
  .int('must be an integer number of minor units')
  .min(0, 'must not be negative')
  .max(MAX_AMOUNT_MINOR, `must be at most ${MAX_AMOUNT_MINOR}`);
export const changeLimitSchema = z.strictObject({ overdraftLimit: overdraftLimitSchema });

export type CommandAccountResult =
  /** The account as it is now. */
  | { readonly outcome: 'done' | 'replayed'; readonly account: Account }
  | { readonly outcome: 'account_not_found' }
  | { readonly outcome: Exclude<CommandRefusal, 'account_not_found'>; readonly account: Account }
  | { readonly outcome: 'too_many' }
  /** The key was used for another request, which has this fingerprint. */
  | { readonly outcome: 'key_reused'; readonly earlier: Uint8Array };

/** Each try has lost against another command on the same account. */
const MAX_TRIES = 20;

/**
 * A caller's command on an account, carried out once per key, for ever.
 * 1. Write change, event and command together, unless the key is used or the account does not take the change.
 * 2. The key is used: the same request is a replay and gets the account as it is now.
 * 3. Refused by the account: its status and balances say why, and nothing is recorded. It may be this very command that
 *    made it so.
 * 4. Refused, but the account would take it: it has changed meanwhile, so again. Each time another command won.
 */
export const commandAccount = async (
  accounts: AccountStore, accountId: string, operation: string, command: Command<unknown>, chosen: (account: Account) => AccountCommand, note?: string,
): Promise<CommandAccountResult> => {
  const { tenant, key, fingerprint, origin, actor } = command;
  if (!isAccountId(accountId)) return { outcome: 'account_not_found' };
  const keyed = { operation, idempotencyKey: key, fingerprint, actor, ...(note === undefined ? {} : { note }) };
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const account = await accounts.find(tenant, accountId);
    if (account === undefined) return { outcome: 'account_not_found' };
    const change = chosen(account);
    const reason = refusalOf(change, account);
    const written = reason === undefined ? await accounts.command(tenant, accountId, change, keyed, { type: change.event, at: clock.now(tenant), ...origin }) : 'refused';
    if (written === 'written') return { outcome: 'done', account: await reread(accounts, command, account) };
    if (written === 'too_many') return { outcome: 'too_many' };
    const earlier = await accounts.findCommand(tenant, keyed);
    if (earlier !== undefined) {
      return sameFingerprint(earlier, fingerprint) ? { outcome: 'replayed', account: await reread(accounts, command, account) } : { outcome: 'key_reused', earlier };
    }
    if (reason !== undefined) return reason === 'account_not_found' ? { outcome: reason } : { outcome: reason, account };
  }
  throw new UndecidedError('The account was changed by others each time.');
};

const reread = async (accounts: AccountStore, { tenant }: Command<unknown>, account: Account): Promise<Account> => (await accounts.find(tenant, account.id)) ?? account;

/** The limit counts from what it is: a change of it meanwhile is seen by the write. */
export const toLimit = (newMinor: number) => ({ overdraftLimitMinor }: Account): AccountCommand => changeLimit(overdraftLimitMinor, newMinor);
