import type { Guard } from '../guard.ts';

const putIfAbsent = 'lambdas/shared/aws/put-if-absent.ts';
const transferStore = 'lambdas/ledger/dynamodb-transfer-store.ts';
const balanceUpdates = 'lambdas/ledger/dynamodb-balance-updates.ts';
const transfers = ['test/unit/ledger/payment-transfers.test.ts'];
const deposits = ['test/unit/ledger/create-deposit.test.ts'];
const rules = ['test/unit/ledger/ledger-rules.property.test.ts'];

export const ledgerGuards: readonly Guard[] = [
  {
    name: 'a transfer is posted only if its id is free',
    file: transferStore,
    find: '{ Put: putIfAbsent(transferItem(tenant, transfer, asker)) }',
    replace: '{ Put: { TableName: table, Item: marshall(transferItem(tenant, transfer, asker)) } }',
    tests: transfers,
  },
  {
    name: 'a rejection is written only if its id is free',
    file: transferStore,
    find: 'new PutItemCommand(putIfAbsent(transferItem(tenant, transfer, asker)))',
    replace: 'new PutItemCommand({ TableName: table, Item: marshall(transferItem(tenant, transfer, asker)) })',
    tests: transfers,
  },
  {
    name: 'what was rejected stays rejected',
    file: putIfAbsent,
    find: "ConditionExpression: 'attribute_not_exists(pk)'",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(reason)'",
    tests: transfers,
  },
  {
    name: 'an account pays only what it has available',
    file: balanceUpdates,
    find: '#available >= :amount)',
    replace: '#available >= :amount OR attribute_exists(pk))',
    tests: transfers,
  },
  {
    name: 'only an open account pays',
    file: balanceUpdates,
    find: '#status = :open AND',
    replace: '(#status = :open OR attribute_exists(pk)) AND',
    tests: transfers,
  },
  {
    name: 'a closed account is not paid',
    file: balanceUpdates,
    find: '#status IN (:open, :frozen)',
    replace: '(#status IN (:open, :frozen) OR attribute_exists(pk))',
    tests: deposits,
  },
  {
    name: 'the payer has the currency of the transfer',
    file: balanceUpdates,
    find: '#currency = :currency AND #posted',
    replace: '(#currency = :currency OR attribute_exists(pk)) AND #posted',
    tests: rules,
  },
  {
    name: 'the payee has the currency of the transfer',
    file: balanceUpdates,
    find: '#currency = :currency AND #type',
    replace: '(#currency = :currency OR attribute_exists(pk)) AND #type',
    tests: rules,
  },
  {
    name: 'the outside world is no payer',
    file: balanceUpdates,
    find: "' AND #type <> :external')",
    replace: "' AND (#type <> :external OR attribute_exists(pk))')",
    tests: transfers,
  },
  {
    name: 'no counter grows beyond what is exact',
    file: balanceUpdates,
    find: 'AND #available <= :room',
    replace: 'AND (#available <= :room OR attribute_exists(pk))',
    tests: rules,
  },
  {
    name: 'an ask is answered once',
    file: transferStore,
    find: "'answered < :ask'",
    replace: "'answered < :ask OR attribute_exists(pk)'",
    tests: transfers,
  },
  {
    name: 'an id that is decided answers only for the same entry',
    file: 'lambdas/ledger/payment-ask.ts',
    find: 'if (!sameEntry(entry, transfer))',
    replace: 'if (!sameEntry(entry, entry))',
    tests: transfers,
  },
  {
    name: 'an account that is being written is not judged',
    file: transferStore,
    find: 'contention.has(code))) {',
    replace: "contention.has(code) && code === '')) {",
    tests: transfers,
  },
  {
    name: 'a deposit is remembered for its request alone',
    file: 'lambdas/ledger/create-deposit.ts',
    find: 'return sameFingerprint(earlier, fingerprint)',
    replace: 'return earlier !== undefined',
    tests: deposits,
  },
  {
    name: 'an account is opened only once',
    file: putIfAbsent,
    find: "'attribute_not_exists(pk)'",
    replace: "'attribute_not_exists(pk) OR attribute_exists(pk)'",
    tests: ['test/unit/ledger/open-account.test.ts'],
  },
  {
    name: 'an account belongs to its tenant',
    file: 'lambdas/ledger/ledger-items.ts',
    find: "key(tenant, 'A', id), sk: 'ACCOUNT'",
    replace: "key('tenant01', 'A', id), sk: 'ACCOUNT'",
    tests: transfers,
  },
];
