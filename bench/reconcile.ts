import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { accountChanges } from '../lambdas/ledger/account-changes.ts';
import { newAccount, systemAccountId } from '../lambdas/ledger/account.ts';
import { accountItem, transferItem } from '../lambdas/ledger/ledger-items.ts';
import { taken, transferIdFor } from '../lambdas/ledger/transfer.ts';
import { dynamoDbReconciliationBooks } from '../lambdas/operations/dynamodb-reconciliation-books.ts';
import { dynamoDbReconciliationStore } from '../lambdas/operations/dynamodb-reconciliation-store.ts';
import { reconcile } from '../lambdas/operations/reconcile.ts';
import { newRun } from '../lambdas/operations/start-reconciliation.ts';
import { dynamoDb } from '../lambdas/shared/aws/dynamo-db-client.ts';
import { useTransport } from '../lambdas/shared/aws/transport.ts';
import { deriveId, isAccountId, PLATFORM_TENANT } from '../lambdas/shared/ids/ids.ts';
import { withinInvocation } from '../lambdas/shared/time/deadline.ts';
import { InMemoryAws } from '../test/support/aws/in-memory-aws.ts';
import { testDeadlines } from '../test/support/deadlines.ts';
import { createTables, tableNameOf } from '../test/support/tables.ts';
import type { Account } from '../lambdas/ledger/account.ts';
import type { AccountId, TenantId } from '../lambdas/shared/ids/ids.ts';

const TRANSFERS = Number(process.argv[2] ?? 100_000);
const ACCOUNTS = 1_000;
const tenant = 'tenant01' as TenantId;
const HOUR = 3_600_000;
/** Beside the tables themselves, which are in the memory of this process too. */
const MOST_GROWTH_MB = 200;

const aws = new InMemoryAws({ now: () => Date.now() });
for (const service of ['ledger', 'payments', 'operations'] as const) createTables(aws, service);
useTransport(aws.requestHandler);

const put = async (items: readonly object[]): Promise<void> => {
  for (let index = 0; index < items.length; index += 25) {
    const RequestItems = { [tableNameOf('ledger')]: items.slice(index, index + 25).map((item) => ({ PutRequest: { Item: marshall(item) } })) };
    await dynamoDb().send(new BatchWriteItemCommand({ RequestItems }));
  }
};

/** A tenth of all deposits go to one account, the others are spread; every one has the outside world on its other side. */
const fill = async (): Promise<void> => {
  const external = systemAccountId(tenant, 'external', 'EUR');
  const id = (index: number): AccountId => {
    const value = deriveId('account', tenant, 'bench', String(index));
    if (!isAccountId(value)) throw new Error('Not an account id.');
    return value;
  };
  const open = (of: AccountId, type: Account['type']): Account => newAccount({ id: of, type, currency: 'EUR', overdraftLimitMinor: 0, createdAt: Date.now() - 48 * HOUR });
  const accounts = new Map([[external, open(external, 'external')], ...Array.from({ length: ACCOUNTS }, (_, index) => [id(index), open(id(index), 'customer')] as const)]);
  for (let done = 0; done < TRANSFERS; done += 1_000) {
    const transfers = Array.from({ length: Math.min(1_000, TRANSFERS - done) }, (_, index) => {
      const at = done + index;
      const entry = {
        id: transferIdFor('deposit', tenant, 'bench', String(at)), kind: 'deposit', debitAccountId: external, creditAccountId: id(at % 10 === 0 ? 0 : at % ACCOUNTS), amount: { value: 100 + (at % 7), currency: 'EUR' },
      } as const;
      return taken(entry, Date.now() - 24 * HOUR + at);
    });
    await put(transfers.map((transfer) => transferItem(tenant, { transfer, asker: { origin: { cause: 'bench', correlation: 'bench' } } })));
    for (const { accountId, shifts } of accountChanges(transfers)) {
      const account = accounts.get(accountId);
      if (account === undefined) throw new Error('An account is missing.');
      const moved = Object.fromEntries([...shifts].map(([counter, amount]) => [counter, account[counter] + amount]));
      accounts.set(accountId, { ...account, ...moved, version: account.version + 1 });
    }
  }
  await put([...accounts.values()].map((account) => accountItem(tenant, account)));
};

const heapMb = (): number => process.memoryUsage().heapUsed / 1_048_576;

await fill();
globalThis.gc?.();
const before = heapMb();
let peak = before;
const books = dynamoDbReconciliationBooks({ ledger: tableNameOf('ledger'), payments: tableNameOf('payments') });
let reads = 0;
// Here, and not by a timer: nothing in memory ever waits.
const measured: typeof books = {
  ...books,
  statement: async (...asked) => {
    const page = await books.statement(...asked);
    reads += 1;
    if (reads % 500 === 0) globalThis.gc?.();
    if (reads % 500 === 0) peak = Math.max(peak, heapMb());
    return page;
  },
};
const store = dynamoDbReconciliationStore(tableNameOf('operations'));
const run = newRun(PLATFORM_TENANT, 'bench', '1', { kind: 'all' });
await store.create(run, new Uint8Array([1]));
const begun = performance.now();
const never = (): never => {
  throw new Error('A reconciliation touches nothing that was parked.');
};
const untouched = { listParked: never, findParked: never, retellParked: never };
const ports = {
  store, deadlines: testDeadlines, books: measured,
  // The event log is another service's; its comparison has its own tests.
  carriers: { sayAgain: () => Promise.resolve({ said: 0, refused: [] }), publicEvents: () => Promise.resolve({ events: [], unreadable: 0 }), unlogged: () => Promise.resolve(new Set<string>()), ...untouched },
};
while ((await store.find(run.tenant, run.id))?.status !== 'finished') await withinInvocation({ getRemainingTimeInMillis: () => 300_000 }, () => reconcile(ports));
const ended = await store.find(run.tenant, run.id);
console.log(JSON.stringify({
  transfers: TRANSFERS, breaks: ended?.breakCount, compared: ended?.tally, seconds: Math.round((performance.now() - begun) / 100) / 10, heapBeforeMb: Math.round(before), heapGrowthMb: Math.round(peak - before),
  rssMb: Math.round(process.memoryUsage().rss / 1_048_576), heapIsExact: globalThis.gc !== undefined,
}));
if (ended?.breakCount !== 0 || peak - before > MOST_GROWTH_MB) process.exitCode = 1;
