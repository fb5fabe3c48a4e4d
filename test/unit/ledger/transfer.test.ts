import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountIdFor, MAX_COUNTER_MINOR, newAccount, systemAccountId, systemAccountWith } from '../../../lambdas/ledger/account.ts';
import { transferKinds } from '../../../lambdas/ledger/transfer-kinds.ts';
import { kindIn, rejectionOf, rejectionReasons, sameEntry, transferIdFor } from '../../../lambdas/ledger/transfer.ts';
import { isTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { paymentNamed, START, TENANT } from './ledger-world.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { Entry, RejectionReason } from '../../../lambdas/ledger/transfer.ts';

const accountWith = (name: string, extra: Partial<Account> = {}): Account => ({
  ...newAccount({ id: accountIdFor(TENANT, 'open-account', name), type: 'customer', currency: 'EUR', overdraftLimitMinor: 0, createdAt: START }), ...extra,
});
const payer = accountWith('payer', { available: 100, creditsPosted: 100 });
const payee = accountWith('payee');
const entry: Entry = {
  id: transferIdFor('deposit', TENANT, 'create-deposit', 'k'), kind: 'payment', debitAccountId: payer.id, creditAccountId: payee.id, amount: { value: 100, currency: 'EUR' },
};
const full = { creditsPosted: MAX_COUNTER_MINOR - 99 };

describe('the rules of an entry', () => {
  it('take an entry that leaves exactly nothing', () => {
    expect(rejectionOf(entry, payer, payee)).toBeUndefined();
    expect(rejectionOf(entry, 'fits', 'fits')).toBeUndefined();
  });

  it.each<[RejectionReason, Partial<Account> | undefined, Partial<Account> | undefined]>([
    ['account_not_found', undefined, {}],
    ['account_not_found', {}, undefined],
    ['account_not_found', { type: 'external' }, {}],
    ['account_not_found', {}, { type: 'external' }],
    ['account_closed', { status: 'closed' }, {}],
    ['account_closed', {}, { status: 'closed' }],
    ['account_frozen', { status: 'frozen' }, {}],
    ['currency_mismatch', { currency: 'USD' }, {}],
    ['currency_mismatch', {}, { currency: 'USD' }],
    ['insufficient_funds', { available: 99 }, {}],
    ['amount_too_large', { debitsPosted: MAX_COUNTER_MINOR - 99 }, {}],
    ['amount_too_large', {}, full],
  ])('rejects with %s: payer %j, payee %j', (reason, debit, credit) => {
    expect(rejectionOf(entry, debit && { ...payer, ...debit }, credit && { ...payee, ...credit })).toBe(reason);
  });

  it('let what is available grow without a bound of its own', () => {
    expect(rejectionOf(entry, payer, { ...payee, available: MAX_COUNTER_MINOR })).toBeUndefined();
  });

  it('let a frozen account be credited', () => {
    expect(rejectionOf(entry, payer, { ...payee, status: 'frozen' })).toBeUndefined();
  });

  it('let an unrestricted account go below zero', () => {
    const outside = systemAccountWith(TENANT, systemAccountId(TENANT, 'external', 'EUR'), 'EUR', START)!;
    expect(rejectionOf({ ...entry, kind: 'deposit', debitAccountId: outside.id }, outside, payee)).toBeUndefined();
  });

  it('rejects an account that would pay itself', () => {
    expect(rejectionOf({ ...entry, creditAccountId: payer.id }, payer, payer)).toBe('same_account');
  });

  it('tell the first of many wrongs in the fixed order, whichever side it is on', () => {
    const wrongs: readonly (readonly [RejectionReason, Partial<Account>])[] = [
      ['account_not_found', { type: 'external' }], ['account_closed', { status: 'closed' }], ['account_frozen', { status: 'frozen' }],
      ['currency_mismatch', { currency: 'USD' }], ['insufficient_funds', { available: 0 }], ['amount_too_large', { debitsPosted: MAX_COUNTER_MINOR, creditsPosted: MAX_COUNTER_MINOR }],
    ];
    const onlyDebit: readonly RejectionReason[] = ['account_frozen', 'insufficient_funds'];
    const side = fc.subarray([...wrongs]);
    fc.assert(
      fc.property(side, side, (debit, credit) => {
        // A closed account is not frozen as well: the later of the two would win.
        const apply = (account: Account, wrong: typeof debit) => wrong.reduceRight((all, [, change]) => ({ ...all, ...change }), account);
        const told = [...debit.map(([reason]) => reason), ...credit.map(([reason]) => reason).filter((reason) => !onlyDebit.includes(reason))];
        const first = rejectionReasons.find((reason) => told.includes(reason));
        expect(rejectionOf(entry, apply(payer, debit), apply(payee, credit))).toBe(first);
      }),
    );
  });
});

describe('the same entry', () => {
  it('is one that has everything alike', () => {
    expect(sameEntry(entry, structuredClone(entry))).toBe(true);
  });

  it.each<[string, Partial<Entry>]>([
    ['amount', { amount: { value: 101, currency: 'EUR' } }], ['currency', { amount: { value: 100, currency: 'USD' } }],
    ['debit account', { debitAccountId: payee.id }], ['credit account', { creditAccountId: payer.id }], ['kind', { kind: 'deposit' }],
  ])('is not one with another %s', (_name, change) => {
    expect(sameEntry(entry, { ...entry, ...change })).toBe(false);
  });
});

describe('the id of a transfer', () => {
  it('tells its kind', () => {
    const [payment, refund] = [paymentNamed('one'), paymentNamed('two').replace('pay_', 'ref_')];
    const ids: Readonly<Record<string, string>> = {
      payment: `${payment}.payment`, hold: `${payment}.hold`, capture: `${payment}.capture.12`, release: `${payment}.release`, refund: `${refund}.refund`, fee: `${payment}.capture.3.fee`,
      ...Object.fromEntries((['deposit', 'withdrawal', 'correction'] as const).map((kind) => [kind, transferIdFor(kind, TENANT, 'operation', 'key')])),
    };
    expect(Object.keys(ids).sort()).toEqual([...transferKinds].sort());
    for (const [kind, id] of Object.entries(ids)) expect(isTransferId(id) && kindIn(id)).toBe(kind);
  });
});
