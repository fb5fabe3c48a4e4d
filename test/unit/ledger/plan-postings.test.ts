import { describe, expect, it } from '@jest/globals';
import { accountIdFor } from '../../../lambdas/ledger/account.ts';
import { planPostings, postingOf, scopeOf } from '../../../lambdas/ledger/plan-postings.ts';
import { rejected, taken } from '../../../lambdas/ledger/transfer.ts';
import { holdId, paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { paymentNamed, START, TENANT, tenantNamed } from './ledger-world.ts';
import type { Planned } from '../../../lambdas/ledger/plan-postings.ts';
import type { Entry, Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { AccountId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const account = (name: string): AccountId => accountIdFor(TENANT, 'open-account', name);

interface Given {
  readonly payer?: string;
  readonly payee?: string;
  readonly parent?: string;
  readonly alone?: boolean;
  readonly tenant?: TenantId;
  readonly currency?: string;
  readonly decide?: (entry: Entry) => Transfer;
  /** Transfers of its own, to other accounts each. */
  readonly more?: number;
}

const planned = (name: string, { payer = 'payer', payee = 'payee', parent, alone = false, tenant = TENANT, currency = 'EUR', decide = (entry) => taken(entry, START), more = 0 }: Given = {}): Planned => {
  const entryTo = (to: string, id: string): Entry => ({
    id: paymentTransferId(paymentNamed(id)), kind: 'payment', debitAccountId: account(payer), creditAccountId: account(to), amount: { value: 1, currency },
  });
  const entry = entryTo(payee, name);
  const asker = { origin: { cause: name, correlation: name } };
  const transfers = [entry, ...Array.from({ length: more }, (_, index) => entryTo(`${name}-${index}`, `${name}-${index}`))].map((one) => ({ transfer: decide(one), asker }));
  const build = parent === undefined ? {} : { parent: { id: holdId(paymentNamed(parent)), refundableMinor: -1 } };
  return { draft: { tenant, entry, asker, intend: () => ({ kind: 'reject', reason: 'voided' }) }, intent: { kind: 'post', transfers, ...build }, alone };
};
const names = (groups: readonly (readonly Planned[])[]) => groups.map((group) => group.map(({ draft }) => draft.asker.origin.cause));
const itemsOf = (group: readonly Planned[]): number => {
  const { transfers, accounts, parents } = postingOf(group, START);
  return transfers.length + accounts.length + parents.length;
};

describe('drafts are packed', () => {
  it('into one write, in their order, up to the size of a group', () => {
    const drafts = ['a', 'b', 'c', 'd', 'e'].map((name) => planned(name));
    expect(names(planPostings(drafts, 2))).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(names(planPostings(drafts, 5))).toEqual([['a', 'b', 'c', 'd', 'e']]);
    expect(planPostings([], 5)).toEqual([]);
  });

  it('apart from those of other tenants and currencies, whatever comes in between', () => {
    const other = tenantNamed('tenant02');
    const drafts = [planned('a'), planned('b', { tenant: other }), planned('c', { currency: 'USD' }), planned('d')];
    expect(names(planPostings(drafts, 10))).toEqual([['a', 'd'], ['b'], ['c']]);
    expect(scopeOf(planned('a').draft)).toBe(`${TENANT} EUR`);
  });

  it('by themselves where that is asked, without closing the write of the others', () => {
    expect(names(planPostings([planned('a'), planned('b', { alone: true }), planned('c', { alone: true }), planned('d')], 10))).toEqual([['a', 'd'], ['b'], ['c']]);
  });

  it('into the next write when they build on what one of this write builds on', () => {
    const drafts = [planned('a', { parent: 'hold' }), planned('b', { parent: 'other' }), planned('c', { parent: 'hold' }), planned('d')];
    expect(names(planPostings(drafts, 10))).toEqual([['a', 'b'], ['c', 'd']]);
  });

  it('up to exactly what one write takes: transfers, accounts that are not in it yet, and what they build on', () => {
    // 49 payments of one pair are 49 transfers and 2 accounts; each further one here is a transfer, an account and a parent.
    const pair = Array.from({ length: 49 }, (_, index) => planned(`p${index}`));
    const strangers = Array.from({ length: 20 }, (_, index) => planned(`s${index}`, { payee: `stranger-${index}`, parent: `s${index}` }));
    const groups = planPostings([...pair, ...strangers], 1_000);
    expect(groups.map(itemsOf)).toEqual([99, 13]);
    const exact = planPostings([...pair, planned('x'), ...strangers], 1_000);
    expect(exact.map(itemsOf)).toEqual([100, 13]);
  });

  it('counts an account once, and none for what was rejected', () => {
    const rejections = Array.from({ length: 101 }, (_, index) => planned(`r${index}`, { payer: `payer-${index}`, decide: (entry) => rejected(entry, 'voided', START) }));
    expect(planPostings(rejections, 1_000).map(itemsOf)).toEqual([100, 1]);
    const pairs = Array.from({ length: 99 }, (_, index) => planned(`p${index}`));
    expect(planPostings(pairs, 1_000).map(itemsOf)).toEqual([100, 3]);
  });

  it('with all that comes with them', () => {
    const [first, second] = planPostings([planned('a', { more: 40 }), planned('b', { more: 20 })], 10);
    expect([first, second].map((group) => (group === undefined ? 0 : itemsOf(group)))).toEqual([83, 43]);
  });
});

describe('the write of a group', () => {
  it('has the transfers in order, each account once, and what they build on', () => {
    const posting = postingOf([planned('a', { parent: 'hold' }), planned('b')], START);
    expect(posting.at).toBe(START);
    expect(posting.transfers.map(({ transfer }) => transfer.id)).toEqual(['a', 'b'].map((name) => paymentTransferId(paymentNamed(name))));
    expect(posting.accounts.map(({ accountId, needMinor }) => [accountId, needMinor])).toEqual([[account('payer'), 2], [account('payee'), undefined]]);
    expect(posting.parents).toEqual([{ id: holdId(paymentNamed('hold')), refundableMinor: -1 }]);
  });
});
