import { describe, expect, it } from '@jest/globals';
import { accountChanges } from '../../../lambdas/ledger/account-changes.ts';
import { accountIdFor, systemAccountId } from '../../../lambdas/ledger/account.ts';
import { rejected, taken } from '../../../lambdas/ledger/transfer.ts';
import { paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { paymentNamed, START, TENANT } from './ledger-world.ts';
import type { Entry, Transfer } from '../../../lambdas/ledger/transfer.ts';

const [payer, payee] = ['payer', 'payee'].map((name) => accountIdFor(TENANT, 'open-account', name)) as [Entry['debitAccountId'], Entry['creditAccountId']];
const fees = systemAccountId(TENANT, 'fees', 'EUR');
const entry = (kind: Entry['kind'], value: number, more: Partial<Entry> = {}): Entry => ({
  id: paymentTransferId(paymentNamed(`${kind}-${value}`)), kind, debitAccountId: payer, creditAccountId: payee, amount: { value, currency: 'EUR' }, ...more,
});
const posted = (...given: Parameters<typeof entry>): Transfer => taken(entry(...given), START);
const everyStatus = ['open', 'frozen', 'closed'];

describe('what transfers do to accounts', () => {
  it('is one change for each account, in the order of their first use', () => {
    expect(accountChanges([posted('payment', 30)])).toEqual([
      {
        accountId: payer, currency: 'EUR', shifts: new Map([['debitsPosted', 30], ['available', -30]]), growth: new Map([['debitsPosted', 30]]), needMinor: 30,
        statuses: ['open'], types: ['customer', 'merchant'],
      },
      {
        accountId: payee, currency: 'EUR', shifts: new Map([['creditsPosted', 30], ['available', 30]]), growth: new Map([['creditsPosted', 30]]),
        statuses: ['open', 'frozen'], types: ['customer', 'merchant'],
      },
    ]);
  });

  it('is the sum of all, with the deepest point of the drawdown as what is needed', () => {
    const [ofPayer] = accountChanges([posted('payment', 30), posted('refund', 10, { debitAccountId: payee, creditAccountId: payer }), posted('payment', 25)]);
    expect(ofPayer).toMatchObject({ needMinor: 45, shifts: new Map([['debitsPosted', 55], ['available', -45], ['creditsPosted', 10]]) });
    expect(ofPayer?.growth).toEqual(new Map([['debitsPosted', 55], ['creditsPosted', 10]]));
  });

  it('needs less than nothing when more comes in first', () => {
    const [, ofPayee] = accountChanges([posted('payment', 30), posted('refund', 10, { debitAccountId: payee, creditAccountId: payer })]);
    expect(ofPayee).toMatchObject({ accountId: payee, needMinor: -20, statuses: ['open'] });
  });

  it('leaves out what comes to nothing, and keeps how far it rose on the way', () => {
    const [ofPayer, ofPayee] = accountChanges([posted('hold', 30), posted('release', 30)]);
    expect([ofPayer?.shifts, ofPayee?.shifts]).toEqual([new Map(), new Map()]);
    expect(ofPayer?.growth.get('debitsPending')).toBe(30);
    expect(ofPayer).toMatchObject({ needMinor: 30, statuses: ['open'] });
  });

  it('does not ask for funds, nor for an account that may spend, where a hold or a credit is drawn on', () => {
    const [ofPayer] = accountChanges([posted('release', 30)]);
    expect(ofPayer).toMatchObject({ statuses: everyStatus });
    expect(ofPayer).not.toHaveProperty('needMinor');
    const [ofCapturer] = accountChanges([posted('capture', 30)]);
    expect(ofCapturer).not.toHaveProperty('needMinor');
    const [ofMerchant, ofFees] = accountChanges([posted('fee', 3, { debitAccountId: payee, creditAccountId: fees })]);
    expect(ofMerchant).toMatchObject({ statuses: ['open', 'frozen'] });
    expect(ofFees).toMatchObject({ accountId: fees, types: ['fees'] });
  });

  it('fits no account at all when no type can be all that is asked', () => {
    const [, both] = accountChanges([posted('payment', 3), posted('fee', 1, { debitAccountId: payer, creditAccountId: payee })]);
    expect(both).toMatchObject({ accountId: payee, types: [] });
  });

  it('is nothing for what was rejected', () => {
    expect(accountChanges([rejected(entry('payment', 30), 'voided', START)])).toEqual([]);
  });
});
