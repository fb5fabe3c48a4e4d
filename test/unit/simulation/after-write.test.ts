import { describe, expect, it } from '@jest/globals';
import { marshall } from '@aws-sdk/util-dynamodb';
import { checkAfterWrite } from '../../simulation/invariants/after-write.ts';
import type { DynamoDBRecord } from 'aws-lambda';

type Item = Readonly<Record<string, unknown>>;

const record = (after: Item, before?: Item): DynamoDBRecord =>
  ({ dynamodb: { NewImage: marshall(after), ...(before === undefined ? {} : { OldImage: marshall(before) }) } }) as unknown as DynamoDBRecord;

const account = (id: string, balances: Item = {}): Item => ({
  pk: `tenant01#A#${id}`, sk: 'ACCOUNT', status: 'open', limitPolicy: 'limited', overdraftLimitMinor: 0,
  debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 100, available: 100, ...balances,
});
const transfer = (more: Item = {}): Item => ({
  pk: 'tenant01#T#pay.payment', sk: 'TRANSFER', kind: 'payment', status: 'posted', amountMinor: 30, currency: 'EUR', debitAccountId: 'payer', creditAccountId: 'payee', ...more,
});

const paid = { debitsPosted: 30, available: 70 };
const received = { creditsPosted: 130, available: 130 };
const payment = (payer: Item = paid, payee: Item = received, what: Item = {}): DynamoDBRecord[] =>
  [record(transfer(what)), record(account('payer', payer), account('payer')), record(account('payee', payee), account('payee'))];

describe('the look at each write to the ledger', () => {
  it('finds nothing in a payment, a hold, a rejection and a changed limit', () => {
    const held = payment({ debitsPending: 30, available: 70 }, { creditsPending: 30 }, { kind: 'hold', status: 'held' });
    const limited = record(account('payer', { overdraftLimitMinor: 50, available: 150 }), account('payer'));

    expect([payment(), held, [record(transfer({ status: 'rejected' }))], [limited]].map(checkAfterWrite)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    ['a balance written without its transfer', payment().slice(1), /moved by 30/],
    ['a transfer without its balances', payment().slice(0, 1), /without the balances/],
    ['a transfer with one balance', payment().slice(0, 2), /without the balances/],
    ['a transfer that moved twice its amount', payment({ debitsPosted: 60, available: 40 }), /moved by 60/],
    ['a payee who got less', payment(paid, { creditsPosted: 120, available: 120 }), /moved by 20/],
    ['available money that is not moved along', payment({ debitsPosted: 30, available: 100 }), /its parts say 70/],
    ['a debit below the limit', payment({ debitsPosted: 130, available: -30 }, { creditsPosted: 230, available: 230 }, { amountMinor: 130 }), /to -30 available/],
    ['a debit of a frozen account', payment({ ...paid, status: 'frozen' }), /that is frozen/],
    ['a credit to a closed account', payment(paid, { ...received, status: 'closed' }), /closed account/],
    ['an entry that is changed', [record(transfer({ amountMinor: 31 }), transfer())], /amountMinor of a transfer was changed/],
    ['a counter below zero', [record(transfer({ kind: 'release' })), record(account('payer', { debitsPending: -30, available: 130 }), account('payer'))], /below zero/],
  ])('finds %s', (_what, records, message) => {
    expect(checkAfterWrite(records)?.message).toMatch(message);
  });
});
