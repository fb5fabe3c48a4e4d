import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { MAX_LIFECYCLE_EVENTS } from '../../../lambdas/ledger/account-commands.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { TENANT } from '../../support/api-event.ts';
import { tableNameOf } from '../../support/tables.ts';
import type { Ask, Options, RouteName } from './openapi-story.ts';

type Stories<Name extends RouteName> = Readonly<Record<Name, Options>>;
const eur = (value: number) => ({ value, currency: 'EUR' });
const byId = (id: string) => ({ path: { id } });

/** What is done to accounts and transfers, each with its repeat and its refusals. @returns requests that succeeded */
export const ledgerStory = async (ask: Ask, funded: string) => ({ ...(await transfers(ask, funded)), ...(await commands(ask, funded)), ...(await fees(ask)), ...(await balances(ask, funded)) });

const balances = async (ask: Ask, funded: string): Promise<Stories<'getAccountBalance'>> => {
  const request = { ...byId(funded), query: { at: '2026-01-05T10:00:30Z' } };
  await ask('getAccountBalance', request);
  for (const at of ['2040-01-01T00:00:00Z', 'now']) await ask('getAccountBalance', { ...request, query: { at } });
  return { getAccountBalance: request };
};

const fees = async (ask: Ask): Promise<Stories<'getFeeSchedule' | 'putFeeSchedule' | 'deleteFeeSchedule'>> => {
  const [named, schedule] = [byId('KWD'), { body: { basisPoints: 10_000, fixed: 0 } }];
  await ask('putFeeSchedule', { ...named, ...schedule });
  await ask('getFeeSchedule', named);
  await ask('deleteFeeSchedule', named);
  await ask('putFeeSchedule', { ...named, ...schedule });
  return { getFeeSchedule: named, putFeeSchedule: { ...named, ...schedule }, deleteFeeSchedule: named };
};

/** Sent, sent again, and sent with another body. */
const repeated = async (ask: Ask, name: RouteName, request: Options, other: object): Promise<string> => {
  const { body } = await ask(name, request);
  await ask(name, request);
  await ask(name, { ...request, body: other });
  return String(body['id']);
};

const transfers = async (ask: Ask, funded: string): Promise<Stories<'createWithdrawal' | 'reverseTransfer'>> => {
  const reason = { reason: 'typed twice' };
  const withdrawal = { ...byId(funded), body: { amount: eur(5), reference: 'payout' }, key: 'withdrawal' };
  const withdrawn = await repeated(ask, 'createWithdrawal', withdrawal, { amount: eur(6) });
  const refused = { ...byId(funded), body: { amount: eur(1_000_000) }, key: 'too-much-withdrawn' };
  for (let time = 0; time < 2; time += 1) await ask('createWithdrawal', refused);
  const reversal = { ...byId(withdrawn), body: reason, key: 'reversal' };
  const correction = await repeated(ask, 'reverseTransfer', reversal, { reason: 'another' });
  await ask('reverseTransfer', { ...reversal, key: 'second' });
  const emptied = await opened(ask, 'emptied');
  const deposited = String((await ask('createDeposit', { ...byId(emptied), body: { amount: eur(5) }, key: 'deposit-emptied' })).body['id']);
  await ask('createWithdrawal', { ...byId(emptied), body: { amount: eur(1) }, key: 'all-but' });
  for (let time = 0; time < 2; time += 1) await ask('reverseTransfer', { ...byId(deposited), body: reason, key: 'short-reversal' });
  for (const id of [withdrawn, correction]) await ask('getTransfer', byId(id));
  await statements(ask, funded);
  return { createWithdrawal: withdrawal, reverseTransfer: reversal };
};

const statements = async (ask: Ask, funded: string): Promise<void> => {
  const of = (query: Readonly<Record<string, string>>): Options => ({ ...byId(funded), query });
  for (const query of [{ limit: '1' }, { limit: '100' }]) await ask('listAccountTransfers', { ...of(query), headers: { Accept: 'text/csv' } });
  await ask('listAccountTransfers', of({ kind: 'withdrawal', direction: 'debit', from: '2026-01-01T00:00:00Z', to: '2026-12-31T23:59:59+02:00' }));
  const wrong: readonly Readonly<Record<string, string>>[] = [{ kind: 'gift' }, { direction: 'up' }, { from: 'yesterday' }, { to: '2026-01-01' }];
  for (const query of wrong) await ask('listAccountTransfers', of(query));
};

const commands = async (ask: Ask, funded: string): Promise<Stories<'freezeAccount' | 'unfreezeAccount' | 'closeAccount' | 'changeAccountLimit'>> => {
  const [id, full] = [await opened(ask, 'commanded'), await opened(ask, 'full')];
  const command = (key: string): Options & { readonly key: string } => ({ ...byId(id), body: { reason: 'asked by the bank' }, key });
  const [freeze, unfreeze, close] = [command('freeze'), command('unfreeze'), command('close')];
  const limit = { ...byId(id), body: { overdraftLimit: 7 }, key: 'limit' };
  await repeated(ask, 'changeAccountLimit', limit, { overdraftLimit: 8 });
  await repeated(ask, 'freezeAccount', freeze, { reason: 'another' });
  await ask('freezeAccount', { ...freeze, key: 'freeze-again' });
  await repeated(ask, 'unfreezeAccount', unfreeze, { reason: 'another' });
  await ask('unfreezeAccount', { ...unfreeze, key: 'unfreeze-again' });
  await ask('closeAccount', { ...close, ...byId(funded), key: 'not-empty' });
  await repeated(ask, 'closeAccount', close, { reason: 'another' });
  for (const name of ['closeAccount', 'freezeAccount'] as const) await ask(name, command('closed'));
  await ask('changeAccountLimit', { ...limit, key: 'closed' });
  await ask('freezeAccount', { ...freeze, ...byId(full), key: 'freeze-full' });
  await fillHistory(full);
  await ask('unfreezeAccount', { ...unfreeze, ...byId(full), key: 'unfreeze-full' });
  await ask('changeAccountLimit', { ...limit, ...byId(full), key: 'limit-full' });
  return { freezeAccount: freeze, unfreezeAccount: unfreeze, closeAccount: close, changeAccountLimit: limit };
};

const opened = async (ask: Ask, key: string): Promise<string> => String((await ask('openAccount', { body: { type: 'customer', currency: 'EUR' }, key })).body['id']);

/** As if the account had been changed as often as can be, which would take a while. */
const fillHistory = async (account: string): Promise<void> => {
  const events = Array.from({ length: MAX_LIFECYCLE_EVENTS }, (_, index) => ({ t: 'AccountOpened', a: index, r: 'request' }));
  await dynamoDb().send(new UpdateItemCommand({
    TableName: tableNameOf('ledger'), Key: marshall({ pk: `${TENANT}#A#${account}`, sk: 'LIFECYCLE' }),
    UpdateExpression: 'SET events = :events', ExpressionAttributeValues: marshall({ ':events': events }),
  }));
};
