import { describe, expect, it } from '@jest/globals';
import { accountIdFor, MAX_COUNTER_MINOR, newAccount } from '../../../lambdas/ledger/account.ts';
import { refusedIn } from '../../../lambdas/ledger/refused-in.ts';
import { rejected, taken } from '../../../lambdas/ledger/transfer.ts';
import { holdId, paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { IntegrityError } from '../../../lambdas/shared/queue/integrity-error.ts';
import { paymentNamed, START, TENANT } from './ledger-world.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { Planned } from '../../../lambdas/ledger/plan-postings.ts';
import type { Entry, Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { AccountId, TransferId } from '../../../lambdas/shared/ids/ids.ts';

const id = (name: string): AccountId => accountIdFor(TENANT, 'open-account', name);
const account = (name: string, extra: Partial<Account> = {}): Account => ({
  ...newAccount({ id: id(name), type: 'customer', currency: 'EUR', overdraftLimitMinor: 0, createdAt: START }), ...extra,
});

interface Given {
  readonly kind?: Entry['kind'];
  readonly amount?: number;
  readonly payer?: string;
  readonly payee?: string;
  readonly parent?: TransferId;
  readonly decide?: (entry: Entry) => Transfer;
}
const planned = (name: string, { kind = 'payment', amount = 10, payer = 'payer', payee = 'payee', parent, decide = (entry) => taken(entry, START) }: Given = {}): Planned => {
  const entry: Entry = { id: paymentTransferId(paymentNamed(name)), kind, debitAccountId: id(payer), creditAccountId: id(payee), amount: { value: amount, currency: 'EUR' } };
  const asker = { origin: { cause: name, correlation: name } };
  return {
    draft: { tenant: TENANT, entry, asker, intend: () => ({ kind: 'reject', reason: 'voided' }) }, alone: false,
    intent: { kind: 'post', transfers: [{ transfer: decide(entry), asker }], ...(parent === undefined ? {} : { parent: { id: parent } }) },
  };
};
const found = (...accounts: readonly (Account | AccountId)[]) => new Map(accounts.map((one) => (typeof one === 'string' ? [one, undefined] : [one.id, one])));
const judged = (group: readonly Planned[], accounts: ReadonlyMap<AccountId, Account | undefined>, parents: readonly TransferId[] = []) =>
  [...refusedIn(group, { result: 'refused', decided: new Map(), accounts, parents: new Set(parents) })].map(([{ draft }, reason]) => [draft.asker.origin.cause, reason]);

describe('what a write refused', () => {
  it('is the draft that its account does not take, with the reason', () => {
    expect(judged([planned('a')], found(account('payer', { available: 9 })))).toEqual([['a', 'insufficient_funds']]);
    expect(judged([planned('a')], found(id('payee')))).toEqual([['a', 'account_not_found']]);
    expect(judged([planned('a')], found(account('payee', { status: 'closed' })))).toEqual([['a', 'account_closed']]);
  });

  it('counts each draft that fits for those behind it, out and in', () => {
    const group = [planned('a'), planned('b'), planned('c')];
    expect(judged(group, found(account('payer', { available: 20, creditsPosted: 20 })))).toEqual([['c', 'insufficient_funds']]);
    const back = planned('back', { kind: 'refund', payer: 'payee', payee: 'payer', amount: 5 });
    expect(judged([...group.slice(0, 2), back, planned('c', { amount: 6 }), planned('d', { amount: 5 })], found(account('payer', { available: 20 })))).toEqual([['c', 'insufficient_funds']]);
  });

  it('does not count a draft that it refuses', () => {
    expect(judged([planned('a', { amount: 30 }), planned('b', { amount: 20 })], found(account('payer', { available: 20 })))).toEqual([['a', 'insufficient_funds']]);
  });

  it('is no matter of drafts that touch other accounts, nor of what was rejected before', () => {
    const group = [planned('a', { payer: 'other', payee: 'third' }), planned('b', { decide: (entry) => rejected(entry, 'voided', START) }), planned('c')];
    expect(judged(group, found(account('payer', { available: 0 })))).toEqual([['c', 'insufficient_funds']]);
    expect(judged([planned('d', { payer: 'other', payee: 'payer' }), ...group], found(account('payer', { available: 0 })))).toEqual([['d', undefined], ['c', undefined]]);
  });

  it('is what builds on something that has changed, without a reason: it is read again', () => {
    const hold = holdId(paymentNamed('hold'));
    const group = [planned('a', { parent: hold }), planned('b', { parent: holdId(paymentNamed('other')) }), planned('c')];
    expect(judged(group, found(), [hold])).toEqual([['a', undefined]]);
    expect(judged(group, found(account('payer', { available: 10 })), [hold])).toEqual([['a', undefined], ['c', 'insufficient_funds']]);
  });

  it('is all that touch the account when each alone fits: the sum asked for more room', () => {
    const group = [planned('a'), planned('b'), planned('elsewhere', { payer: 'other', payee: 'third' })];
    expect(judged(group, found(account('payer', { available: 100 })))).toEqual([['a', undefined], ['b', undefined]]);
  });

  it('rejects a draft alone that was refused though it fits: rules and conditions would contradict each other', () => {
    expect(() => judged([planned('a')], found(account('payer', { available: 10 })))).toThrow(IntegrityError);
    expect(() => judged([planned('a')], found(account('payer', { available: 10 })))).toThrow('accounts that take the entry');
  });

  it('adds and takes away in every counter', () => {
    const full = account('payer', { available: 100, debitsPosted: MAX_COUNTER_MINOR - 15 });
    expect(judged([planned('a'), planned('b')], found(full))).toEqual([['b', 'amount_too_large']]);
  });
});
