import { beforeAll, describe, expect, it } from '@jest/globals';
import { accountChanges } from '../../../lambdas/ledger/account-changes.ts';
import { accountIdFor, newAccount, systemAccountId, systemAccountWith } from '../../../lambdas/ledger/account.ts';
import { rejected, taken, transferIdFor } from '../../../lambdas/ledger/transfer.ts';
import { captureId, deriveId, holdId } from '../../../lambdas/shared/ids/ids.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { AccountStore } from '../../../lambdas/ledger/account-store.ts';
import type { Asker, NewTransfer, PostResult, TransferStore } from '../../../lambdas/ledger/transfer-store.ts';
import type { Entry, Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

interface Setup {
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
  /** A tenant that nothing has been written for. */
  newTenant(): TenantId;
}

const AT = Date.UTC(2026, 0, 5, 10);
const DEADLINE_MS = 10_000;
const origin = { cause: 'request-1', correlation: 'request-1' };
const fingerprint = (byte: number): Uint8Array => Buffer.alloc(22, byte);

/** Indexes may be behind: reads until it is as expected, or the deadline has passed. */
const eventually = async <T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> => {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await read();
    if (isThere(value) || Date.now() > deadline) return value;
  }
};

/** What every pair of ledger stores does, whichever engine is below. */
export const ledgerStoreContract = (suiteName: string, setup: () => Promise<Setup>): void => {
  describe(suiteName, () => {
    let stores: Setup;
    beforeAll(async () => {
      stores = await setup();
    });

    const account = (tenant: TenantId, name: string, extra: Partial<Account> = {}): Account => ({
      ...newAccount({ id: accountIdFor(tenant, 'open-account', name), type: 'customer', currency: 'EUR', overdraftLimitMinor: 0, createdAt: AT }), ...extra,
    });
    const opened = async (tenant: TenantId, name: string, extra: Partial<Account> = {}): Promise<Account> => {
      const wanted = account(tenant, name, extra);
      expect(await stores.accounts.open(tenant, wanted, fingerprint(1), origin)).toEqual({ result: 'opened' });
      return wanted;
    };
    const outside = (tenant: TenantId, currency: string, at: number): Account => systemAccountWith(tenant, systemAccountId(tenant, 'external', currency), currency, at)!;
    const post = (tenant: TenantId, transfer: Transfer, asker: Asker, more: Partial<NewTransfer> = {}): Promise<PostResult> =>
      stores.transfers.post(tenant, { transfers: [{ transfer, asker, ...more }], accounts: accountChanges([transfer]), parents: [], at: AT });
    const decidedBy = (earlier: object): object => ({ result: 'refused', decided: new Map([[expect.anything(), expect.objectContaining(earlier)]]) });
    const refusedBy = (...accounts: readonly (readonly [AccountId, Account | undefined])[]) => ({ result: 'refused', decided: new Map(), accounts: new Map(accounts), parents: new Set() });
    const depositOf = (tenant: TenantId, to: Account, value: number, key: string): Entry => ({
      id: transferIdFor('deposit', tenant, 'create-deposit', key), kind: 'deposit', debitAccountId: systemAccountId(tenant, 'external', to.currency), creditAccountId: to.id,
      amount: { value, currency: to.currency },
    });
    const deposit = async (tenant: TenantId, to: Account, value: number, key: string, at = AT) => {
      await stores.accounts.ensure(tenant, outside(tenant, to.currency, AT));
      const transfer = taken(depositOf(tenant, to, value, key), at);
      expect(await post(tenant, transfer, { origin, fingerprint: fingerprint(2) })).toEqual({ result: 'posted' });
      return transfer;
    };

    describe('accounts', () => {
      it('are read back as they were opened', async () => {
        const tenant = stores.newTenant();
        const wanted = await opened(tenant, 'a', { reference: 'Müller #1', overdraftLimitMinor: 500, available: 500 });
        expect(await stores.accounts.find(tenant, wanted.id)).toEqual(wanted);
      });

      it('are not found under another tenant', async () => {
        const { id } = await opened(stores.newTenant(), 'a');
        expect(await stores.accounts.find(stores.newTenant(), id)).toBeUndefined();
      });

      it('are opened once: the second time answers with what is there', async () => {
        const tenant = stores.newTenant();
        const first = await opened(tenant, 'a', { reference: 'r' });
        const again = await stores.accounts.open(tenant, { ...first, currency: 'USD' }, fingerprint(9), origin);
        expect(again).toEqual({ result: 'exists', account: first, fingerprint: new Uint8Array(fingerprint(1)) });
        expect(await stores.accounts.find(tenant, first.id)).toEqual(first);
      });

      it('rejects a reference that another account of the tenant has, and writes nothing', async () => {
        const tenant = stores.newTenant();
        const first = await opened(tenant, 'a', { reference: 'r' });
        const second = account(tenant, 'b', { reference: 'r' });
        expect(await stores.accounts.open(tenant, second, fingerprint(1), origin)).toEqual({ result: 'reference_taken', accountId: first.id });
        expect(await stores.accounts.find(tenant, second.id)).toBeUndefined();
        await opened(stores.newTenant(), 'a', { reference: 'r' });
      });

      it('are listed newest first, page by page, without the ledger\'s own and other tenants\'', async () => {
        const tenant = stores.newTenant();
        await opened(stores.newTenant(), 'theirs');
        await stores.accounts.ensure(tenant, outside(tenant, 'EUR', AT));
        const all = [];
        for (let index = 0; index < 5; index += 1) all.push(await opened(tenant, `a${index}`, { createdAt: AT + index }));
        const first = await eventually(() => stores.accounts.list(tenant, { limit: 2 }), ({ items }) => items[0]?.createdAt === AT + 4);
        const second = await stores.accounts.list(tenant, { limit: 3, before: first.next! });
        expect([...first.items, ...second.items]).toEqual(all.reverse());
        expect(second.next).toBeUndefined();
      });

      it('of the outside world are made once and keep what has moved', async () => {
        const tenant = stores.newTenant();
        await deposit(tenant, await opened(tenant, 'a'), 70, 'd1');
        await stores.accounts.ensure(tenant, outside(tenant, 'EUR', AT + 1));
        expect(await stores.accounts.find(tenant, systemAccountId(tenant, 'external', 'EUR'))).toMatchObject({
          type: 'external', limitPolicy: 'unrestricted', debitsPosted: 70, available: -70, version: 2, createdAt: AT,
        });
      });
    });

    describe('transfers', () => {
      it('move both balances with them', async () => {
        const tenant = stores.newTenant();
        const payee = await opened(tenant, 'a', { overdraftLimitMinor: 5, available: 5 });
        const transfer = await deposit(tenant, payee, 70, 'd1');
        expect(await stores.transfers.find(tenant, transfer.id)).toMatchObject({ transfer, answered: 0 });
        expect(await stores.accounts.find(tenant, payee.id)).toEqual({ ...payee, creditsPosted: 70, available: 75, version: 2 });
        expect(await stores.transfers.find(stores.newTenant(), transfer.id)).toBeUndefined();
      });

      it('are decided once: a second post or rejection answers with the first', async () => {
        const tenant = stores.newTenant();
        const payee = await opened(tenant, 'a');
        const transfer = await deposit(tenant, payee, 70, 'd1');
        const other = { ...transfer, amount: { value: 99, currency: 'EUR' } };
        expect(await post(tenant, other, { origin })).toMatchObject(decidedBy({ transfer, fingerprint: new Uint8Array(fingerprint(2)) }));
        expect(await post(tenant, rejected(transfer, 'voided', AT), { origin })).toMatchObject(decidedBy({ transfer }));
        expect(await stores.accounts.find(tenant, payee.id)).toMatchObject({ creditsPosted: 70, available: 70, version: 2 });
      });

      it('stay rejected and move nothing', async () => {
        const tenant = stores.newTenant();
        const payee = await opened(tenant, 'a');
        await stores.accounts.ensure(tenant, outside(tenant, 'EUR', AT));
        const refused = rejected(depositOf(tenant, payee, 70, 'd1'), 'account_closed', AT);
        expect(await post(tenant, refused, { origin, emission: 1 })).toEqual({ result: 'posted' });
        expect(await post(tenant, taken(depositOf(tenant, payee, 70, 'd1'), AT), { origin })).toMatchObject(decidedBy({ transfer: refused, answered: 1 }));
        expect(await stores.accounts.find(tenant, payee.id)).toEqual(payee);
      });

      it('refuses with what it found of both accounts, and writes nothing', async () => {
        const tenant = stores.newTenant();
        const payee = await opened(tenant, 'a', { currency: 'USD' });
        const entry = { ...depositOf(tenant, payee, 70, 'd1'), amount: { value: 70, currency: 'EUR' } };
        expect(await post(tenant, taken(entry, AT), { origin })).toEqual(refusedBy([entry.debitAccountId, undefined], [payee.id, payee]));
        await stores.accounts.ensure(tenant, outside(tenant, 'USD', AT));
        expect(await post(tenant, taken(entry, AT), { origin })).toEqual(refusedBy([entry.debitAccountId, outside(tenant, 'USD', AT)], [payee.id, payee]));
        expect(await post(tenant, taken(depositOf(tenant, account(tenant, 'none', { currency: 'USD' }), 1, 'd2'), AT), { origin }))
          .toEqual(refusedBy([account(tenant, 'none').id, undefined]));
        expect(await stores.transfers.find(tenant, entry.id)).toBeUndefined();
      });

      it('draw on a hold only as it was read, and not once it has ended', async () => {
        const tenant = stores.newTenant();
        const [payer, payee] = [await opened(tenant, 'payer'), await opened(tenant, 'payee')];
        await deposit(tenant, payer, 100, 'd1');
        const payment = deriveId('payment', tenant, 'contract', 'held') as PaymentId;
        const entry = { debitAccountId: payer.id, creditAccountId: payee.id, amount: { value: 100, currency: 'EUR' }, paymentId: payment };
        const hold = taken({ ...entry, id: holdId(payment), kind: 'hold' }, AT);
        expect(await post(tenant, hold, { origin }, { remainders: { remainingMinor: 100, refundableMinor: 0 } })).toEqual({ result: 'posted' });
        const captured = (n: number, value: number, readMinor: number, closes: boolean): Promise<PostResult> => {
          const transfer = taken({ ...entry, id: captureId(payment, n), kind: 'capture', amount: { value, currency: 'EUR' }, parentId: hold.id }, AT);
          const parent = { id: hold.id, remaining: { readMinor, leftMinor: readMinor - value }, refundableMinor: value, ...(closes ? { closedBy: transfer.id } : {}) };
          return stores.transfers.post(tenant, { transfers: [{ transfer, asker: { origin } }], accounts: accountChanges([transfer]), parents: [parent], at: AT });
        };
        const refusedByHold = { result: 'refused', decided: new Map(), accounts: new Map(), parents: new Set([hold.id]) };
        expect(await captured(1, 40, 100, false)).toEqual({ result: 'posted' });
        expect(await captured(2, 40, 100, false)).toEqual(refusedByHold);
        expect(await captured(3, 10, 60, true)).toEqual({ result: 'posted' });
        expect(await captured(4, 10, 50, false)).toEqual(refusedByHold);
        expect(await stores.transfers.find(tenant, hold.id)).toMatchObject({ remainingMinor: 50, refundableMinor: 50, closedBy: captureId(payment, 3) });
        expect(await stores.accounts.find(tenant, payee.id)).toMatchObject({ creditsPosted: 50, creditsPending: 50 });
      });

      it('grant no more than there is to debits at the same time', async () => {
        const tenant = stores.newTenant();
        const [payer, payee] = [await opened(tenant, 'payer'), await opened(tenant, 'payee')];
        await deposit(tenant, payer, 30, 'd1');
        const results = await Promise.all(
          Array.from({ length: 8 }, async (_, index) => {
            const entry: Entry = { ...depositOf(tenant, payee, 10, `p${index}`), kind: 'payment', debitAccountId: payer.id };
            return post(tenant, taken(entry, AT), { origin });
          }),
        );
        expect(results.filter(({ result }) => result === 'posted')).toHaveLength(3);
        expect(results.filter(({ result }) => result === 'refused')).toHaveLength(5);
        expect(await stores.accounts.find(tenant, payer.id)).toMatchObject({ debitsPosted: 30, available: 0 });
        expect(await stores.accounts.find(tenant, payee.id)).toMatchObject({ creditsPosted: 30, available: 30 });
      });

      it('answer each newer ask once', async () => {
        const tenant = stores.newTenant();
        const refused = rejected(depositOf(tenant, account(tenant, 'a'), 70, 'd1'), 'account_closed', AT);
        await post(tenant, refused, { origin, emission: 2 });
        const answers = [];
        for (const emission of [1, 2, 5, 5, 4, 6]) answers.push(await stores.transfers.answerAgain(tenant, refused.id, emission, 1));
        expect(answers).toEqual([false, false, true, false, false, true]);
        expect(await stores.transfers.find(tenant, refused.id)).toMatchObject({ transfer: refused, answered: 6 });
      });
    });

    it('shows a statement of both sides, newest first, page by page, without rejected transfers', async () => {
      const tenant = stores.newTenant();
      const [a, b] = [await opened(tenant, 'a'), await opened(tenant, 'b')];
      const lines = [];
      for (let index = 0; index < 4; index += 1) {
        lines.push(await deposit(tenant, a, 10 + index, `d${index}`, AT + 2 * index));
        const payment = taken({ ...depositOf(tenant, b, 1, `p${index}`), kind: 'payment', debitAccountId: a.id }, AT + 2 * index + 1);
        expect(await post(tenant, payment, { origin })).toEqual({ result: 'posted' });
        lines.push(payment);
      }
      await post(tenant, rejected(depositOf(tenant, a, 1, 'no'), 'account_closed', AT + 100), { origin });
      await eventually(() => stores.transfers.statement(tenant, a.id, { limit: 100 }), ({ items }) => items.length === lines.length);
      const shown = [];
      let before: string | undefined;
      do {
        const page = await stores.transfers.statement(tenant, a.id, { limit: 3, ...(before === undefined ? {} : { before }) });
        shown.push(...page.items);
        before = page.next;
      } while (before !== undefined);
      expect(shown).toEqual(lines.reverse());
      expect((await stores.transfers.statement(tenant, b.id, { limit: 100 })).items).toHaveLength(4);
      expect((await stores.transfers.statement(stores.newTenant(), a.id, { limit: 100 })).items).toEqual([]);
    });
  });
};
