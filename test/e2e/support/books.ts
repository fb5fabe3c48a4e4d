import { poll } from '../../../local/poll.ts';
import { output, scan } from './pipeline.ts';

const sum = (items: readonly Record<string, unknown>[], name: string): number => items.reduce((total, item) => total + Number(item[name] ?? 0), 0);

interface Books {
  readonly open: readonly string[];
  /** Per tenant and currency: sums over all accounts. */
  readonly unbalanced: readonly string[];
  /** Payments whose status and transfer tell different stories. */
  readonly disagreeing: readonly string[];
}

const TERMINAL = new Set(['succeeded', 'declined', 'failed', 'canceled', 'expired']);

/** Reads payments and ledger whole and compares them, both ways. */
export const readBooks = async (): Promise<Books> => {
  const payments = (await scan(output('PaymentsTableName'))).filter((item) => item['sk'] === 'PAYMENT');
  const ledger = await scan(output('LedgerTableName'));
  const transfers = ledger.filter((item) => item['sk'] === 'TRANSFER');
  const moved = Map.groupBy(
    transfers.filter(({ status, kind }) => status === 'posted' && (kind === 'payment' || kind === 'capture')),
    ({ pk, paymentId }) => `${String(pk).split('#')[0] ?? ''} ${String(paymentId)}`,
  );
  return {
    open: payments.filter((item) => !TERMINAL.has(String(item['st']))).map((item) => String(item['pk'])),
    unbalanced: unbalanced(ledger.filter((item) => item['sk'] === 'ACCOUNT')),
    disagreeing: [
      ...payments.filter((item) => !agrees(item, sum(moved.get(ownerOf(item)) ?? [], 'amountMinor'))).map((item) => String(item['pk'])),
      ...balancesThatDiffer(ledger),
    ],
  };
};

const ownerOf = ({ pk }: Readonly<Record<string, unknown>>): string => {
  const [tenant = '', , id = ''] = String(pk).split('#');
  return `${tenant} ${id}`;
};

/** What a payment says was captured has moved, and an end without money has none. */
const agrees = ({ st, cp = 0 }: Readonly<Record<string, unknown>>, movedMinor: number): boolean => cp === movedMinor && (st !== 'succeeded' || movedMinor > 0);

const unbalanced = (accounts: readonly Record<string, unknown>[]): string[] => {
  const groups = Map.groupBy(accounts, (item) => `${String(item['pk']).split('#')[0] ?? ''} ${String(item['currency'])}`);
  return [...groups].filter(([, group]) => sum(group, 'debitsPosted') !== sum(group, 'creditsPosted') || sum(group, 'debitsPending') !== sum(group, 'creditsPending')).map(([name]) => name);
};

/** Every balance equals the sum of its transfers. */
const balancesThatDiffer = (ledger: readonly Record<string, unknown>[]): string[] => {
  const posted = ledger.filter((item) => item['sk'] === 'TRANSFER' && item['status'] === 'posted' && item['kind'] !== 'release');
  return ledger
    .filter((item) => item['sk'] === 'ACCOUNT')
    .filter((account) => {
      const [tenant, , id] = String(account['pk']).split('#');
      const own = posted.filter((transfer) => String(transfer['pk']).startsWith(`${tenant ?? ''}#`));
      const debits = sum(own.filter((transfer) => transfer['debitAccountId'] === id), 'amountMinor');
      const credits = sum(own.filter((transfer) => transfer['creditAccountId'] === id), 'amountMinor');
      return debits !== account['debitsPosted'] || credits !== account['creditsPosted'];
    })
    .map((account) => String(account['pk']));
};

/** Waits until nothing is open, then checks the books. */
export const expectBooksBalanced = async (): Promise<void> => {
  await poll('every payment to end', async () => ((await readBooks()).open.length === 0 ? true : undefined), { timeoutMs: 30_000, everyMs: 500 });
  const { unbalanced: wrong, disagreeing } = await readBooks();
  if (wrong.length > 0 || disagreeing.length > 0) throw new Error(`The books are wrong: ${[...wrong, ...disagreeing].join(', ')}`);
};
