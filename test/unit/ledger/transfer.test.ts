import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountIdFor, MAX_COUNTER_MINOR, newAccount, postedBalance, systemAccountId, systemAccountWith } from '../../../lambdas/ledger/account.ts';
import { transferKinds } from '../../../lambdas/ledger/transfer-kinds.ts';
import { captureNumber, kindIn, rejected, rejectionOf, rejectionReasons, sameEntry, taken, transferIdFor } from '../../../lambdas/ledger/transfer.ts';
import { captureId, deriveId, isTransferId, paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { MAX_AMOUNT_MINOR } from '../../../lambdas/shared/money/amount.ts';
import { paymentNamed, START, TENANT } from './ledger-world.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { Entry, RejectionReason } from '../../../lambdas/ledger/transfer.ts';
import type { TransferId } from '../../../lambdas/shared/ids/ids.ts';

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

  it('take what fills a counter to the brim, and what makes one smaller however full it is', () => {
    expect(rejectionOf(entry, { ...payer, debitsPosted: MAX_COUNTER_MINOR - 100 }, { ...payee, creditsPosted: MAX_COUNTER_MINOR - 100 })).toBeUndefined();
    expect(rejectionOf({ ...entry, kind: 'capture' }, { ...payer, debitsPending: MAX_COUNTER_MINOR }, { ...payee, creditsPending: MAX_COUNTER_MINOR })).toBeUndefined();
  });

  it('take back what was held, however much an account has had', () => {
    const full = { debitsPosted: MAX_COUNTER_MINOR, creditsPosted: MAX_COUNTER_MINOR, available: MAX_COUNTER_MINOR };
    expect(rejectionOf({ ...entry, kind: 'release' }, { ...payer, ...full }, { ...payee, ...full })).toBeUndefined();
    expect(MAX_COUNTER_MINOR).toBe(Number.MAX_SAFE_INTEGER - MAX_AMOUNT_MINOR);
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
    ['id', { id: transferIdFor('deposit', TENANT, 'create-deposit', 'other') }], ['payment', { paymentId: paymentNamed('one') }], ['parent', { parentId: paymentTransferId(paymentNamed('one')) }],
  ])('is not one with another %s', (_name, change) => {
    expect(sameEntry(entry, { ...entry, ...change })).toBe(false);
  });
});

describe('an entry that was decided', () => {
  it('is posted, held or rejected, with the time and the reason', () => {
    expect(taken(entry, START)).toEqual({ ...entry, status: 'posted', postedAt: START });
    expect(taken({ ...entry, kind: 'hold' }, START)).toMatchObject({ status: 'held' });
    expect(rejected(entry, 'voided', START)).toEqual({ ...entry, status: 'rejected', reason: 'voided', postedAt: START });
  });
});

describe('an account', () => {
  const named = (type: Account['type']) => newAccount({ id: payer.id, type, currency: 'EUR', overdraftLimitMinor: 7, createdAt: START });

  it('begins open and empty, with its overdraft available; only the system\'s own are without a limit', () => {
    expect(named('customer')).toEqual({
      id: payer.id, type: 'customer', currency: 'EUR', overdraftLimitMinor: 7, createdAt: START, status: 'open', limitPolicy: 'limited',
      debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0, available: 7, version: 1,
    });
    expect((['customer', 'merchant', 'external', 'fees'] as const).map((type) => named(type).limitPolicy)).toEqual(['limited', 'limited', 'unrestricted', 'unrestricted']);
  });

  it('of the system is known by its id, in its currency', () => {
    const [external, fees] = [systemAccountId(TENANT, 'external', 'EUR'), systemAccountId(TENANT, 'fees', 'EUR')];
    expect(external).not.toBe(fees);
    expect(systemAccountWith(TENANT, external, 'EUR', START)).toEqual(newAccount({ id: external, type: 'external', currency: 'EUR', overdraftLimitMinor: 0, createdAt: START }));
    expect(systemAccountWith(TENANT, fees, 'EUR', START)).toMatchObject({ id: fees, type: 'fees' });
    expect([systemAccountWith(TENANT, fees, 'USD', START), systemAccountWith(TENANT, payer.id, 'EUR', START)]).toEqual([undefined, undefined]);
    expect(systemAccountId(TENANT, 'fees', 'EUR')).toBe(accountIdFor(TENANT, 'fees-account', 'EUR'));
  });

  it('has posted what came in less what went out', () => {
    expect(postedBalance({ ...payer, creditsPosted: 100, debitsPosted: 30 })).toBe(70);
  });
});

describe('the id of a transfer', () => {
  it('of a capture tells its number', () => {
    expect([1, 12].map((n) => captureNumber({ ...entry, id: captureId(paymentNamed('one'), n) }))).toEqual([1, 12]);
  });

  it('refuses what tells no kind', () => {
    expect(() => kindIn(deriveId('refund', TENANT, 'x', 'y') as TransferId)).toThrow('does not tell its kind');
    expect(() => kindIn(`${paymentNamed('one')}.moon` as TransferId)).toThrow('does not tell its kind');
  });

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
