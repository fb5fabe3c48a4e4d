import { accountChanges } from '../../lambdas/ledger/account-changes.ts';
import { newAccount, systemAccountId } from '../../lambdas/ledger/account.ts';
import { accountItem, transferItem } from '../../lambdas/ledger/ledger-items.ts';
import { taken, transferIdFor } from '../../lambdas/ledger/transfer.ts';
import { dynamoDb } from '../../lambdas/shared/aws/dynamo-db-client.ts';
import { deriveId, isAccountId } from '../../lambdas/shared/ids/ids.ts';
import { tableNameOf } from '../../test/support/tables.ts';
import { putAll } from '../earlier/put-all.ts';
import { settledPayment } from '../earlier/settled-payment.ts';
import type { Account } from '../../lambdas/ledger/account.ts';
import type { Transfer } from '../../lambdas/ledger/transfer.ts';
import type { AccountId, TenantId } from '../../lambdas/shared/ids/ids.ts';

const ACCOUNTS = 1_000;
const AT_ONCE = 1_000;
const HOUR = 3_600_000;
const tenant = 'tenant01' as TenantId;

const idOf = (index: number): AccountId => {
  const id = deriveId('account', tenant, 'bench', String(index % ACCOUNTS));
  if (!isAccountId(id)) throw new Error('A derived id is not an account id.');
  return id;
};
/** Takes a tenth of all payments, beside the outside world, which gives all deposits. */
const HOT = ACCOUNTS - 1;
const external = systemAccountId(tenant, 'external', 'EUR');

const opened = (id: AccountId, type: Account['type'], now: number): Account =>
  newAccount({ id, type, currency: 'EUR', overdraftLimitMinor: 0, createdAt: now - 48 * HOUR });

const deposit = (index: number, at: number): Transfer =>
  taken({ id: transferIdFor('deposit', tenant, 'bench', String(index)), kind: 'deposit', debitAccountId: external, creditAccountId: idOf(index), amount: { value: 1_000, currency: 'EUR' } }, at);

/** Books that are right, of that many transfers: deposits and payments in turns, between a thousand accounts, a day old. */
export const fillBooks = async (transfers: number, now: number): Promise<void> => {
  const accounts = new Map([[external, opened(external, 'external', now)], ...Array.from({ length: ACCOUNTS }, (_, index) => [idOf(index), opened(idOf(index), 'customer', now)] as const)]);
  for (let done = 0; done < transfers; done += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, transfers - done) }, (_, index) => done + index);
    const at = (index: number): number => now - 24 * HOUR + index;
    const deposits = indexes.filter((index) => index % 2 === 0).map((index) => deposit(index, at(index)));
    const payments = indexes.filter((index) => index % 2 === 1).map((index) =>
      settledPayment({ tenant, payer: idOf(index - 1), payee: idOf(index % 10 === 1 ? HOT : index) }, String(index), 1 + (index % 7), at(index)));
    const moved = [...deposits, ...payments.map(({ transfer }) => transfer)];
    await putAll(dynamoDb(), tableNameOf('ledger'), [
      ...deposits.map((transfer) => transferItem(tenant, { transfer, asker: { origin: { cause: 'bench', correlation: 'bench' } } })), ...payments.map(({ transferred }) => transferred),
    ]);
    await putAll(dynamoDb(), tableNameOf('payments'), payments.map(({ payment }) => payment));
    for (const { accountId, shifts } of accountChanges(moved)) {
      const account = accounts.get(accountId);
      if (account === undefined) throw new Error('An account is missing.');
      const counters = Object.fromEntries([...shifts].map(([counter, amount]) => [counter, account[counter] + amount]));
      accounts.set(accountId, { ...account, ...counters, version: account.version + 1 });
    }
  }
  await putAll(dynamoDb(), tableNameOf('ledger'), [...accounts.values()].map((account) => accountItem(tenant, account)));
};
