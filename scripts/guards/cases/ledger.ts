import type { Guard } from '../guard.ts';

const putIfAbsent = 'lambdas/shared/aws/put-if-absent.ts';
const posting = 'lambdas/ledger/dynamodb-posting.ts';
const updates = 'lambdas/ledger/dynamodb-updates.ts';
const changes = 'lambdas/ledger/account-changes.ts';
const plan = 'lambdas/ledger/plan-postings.ts';
const post = 'lambdas/ledger/post-drafts.ts';
const drafts = 'lambdas/ledger/payment-drafts.ts';
const transfers = ['test/unit/ledger/payment-transfers.test.ts'];
const batches = ['test/unit/ledger/batch-posting.test.ts'];
const deposits = ['test/unit/ledger/create-deposit.test.ts'];
const rules = ['test/unit/ledger/ledger-rules.property.test.ts'];

export const ledgerGuards: readonly Guard[] = [
  {
    name: 'a transfer is posted only if its id is free',
    file: posting,
    find: 'Put: putIfAbsent(table, transferItem(tenant, transfer))',
    replace: 'Put: { TableName: table, Item: putIfAbsent(table, transferItem(tenant, transfer)).Item }',
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
    file: updates,
    find: 'if (change.needMinor !== undefined)',
    replace: 'if (change.needMinor === 0)',
    tests: transfers,
  },
  {
    name: 'what comes in does not lift an account over a lowered limit',
    file: updates,
    find: 'if (change.needMinor !== undefined)',
    replace: 'if (change.needMinor !== undefined && change.needMinor > 0)',
    tests: batches,
  },
  {
    name: 'a batch draws on an account as deep as its messages in order',
    file: changes,
    find: "Math.max(change.needMinor ?? -Infinity, -(change.sums.get('available') ?? 0))",
    replace: 'amountMinor',
    tests: batches,
  },
  {
    name: 'an account takes only what its status allows',
    file: updates,
    find: 'change.statuses.map(value)',
    replace: "['open', 'frozen', 'closed'].map(value)",
    tests: rules,
  },
  {
    name: 'an account takes only what its type allows',
    file: updates,
    find: 'change.types.map(value)',
    replace: "['customer', 'merchant', 'external', 'fees'].map(value)",
    tests: rules,
  },
  {
    name: 'an account has the currency of the transfer',
    file: updates,
    find: "only(`${name('currency')} = ${value(change.currency)}`)",
    replace: "only(`(attribute_exists(pk) OR ${name('currency')} = ${value(change.currency)})`)",
    tests: rules,
  },
  {
    name: 'no counter grows beyond what is exact',
    file: updates,
    find: 'if (amount > 0) only(',
    replace: 'if (amount > MAX_COUNTER_MINOR) only(',
    tests: rules,
  },
  {
    name: 'a release fits into an account that can take no more',
    file: changes,
    find: 'if (sign > 0 && isBounded(counter))',
    replace: 'if (sign > 0)',
    tests: ['test/unit/ledger/account-life.property.test.ts'],
  },
  {
    name: 'a refund takes only what is there to refund',
    file: updates,
    find: 'if (change.refundableMinor < 0) only(',
    replace: 'if (change.refundableMinor > 0) only(',
    tests: batches,
  },
  {
    name: 'a hold is drawn on only as it was read',
    file: updates,
    find: 'only(`${remaining} = ${value(change.remaining.readMinor)}`);',
    replace: '',
    tests: ['test/unit/ledger/dynamodb-ledger-stores.test.ts'],
  },
  {
    name: 'a hold ends once',
    file: updates,
    find: "only(`attribute_not_exists(${name('closedBy')})`);",
    replace: '',
    tests: ['test/unit/ledger/dynamodb-ledger-stores.test.ts'],
  },
  {
    name: 'a hold that has ended answers by what ended it',
    file: drafts,
    find: "if (parent?.closedBy !== undefined) return { kind: 'answer', by: parent.closedBy };",
    replace: '',
    tests: ['test/unit/pipeline/manual-capture.test.ts'],
  },
  {
    name: 'a final capture gives the rest back in its own write',
    file: drafts,
    find: 'const releasedMinor = isLast ? restMinor : 0;',
    replace: 'const releasedMinor = 0;',
    tests: ['test/unit/pipeline/manual-capture.test.ts'],
  },
  {
    name: 'a transfer is undone once',
    file: updates,
    find: "only(`attribute_not_exists(${name('reversedBy')})`);",
    replace: '',
    tests: ['test/unit/ledger/withdrawals.test.ts'],
  },
  {
    name: 'a write has at most 100 items',
    file: plan,
    find: 'const MAX_ITEMS = 100',
    replace: 'const MAX_ITEMS = 1_000',
    tests: batches,
  },
  {
    name: 'a draft that the database refuses does not take the others along',
    file: post,
    find: 'if (group.length > 1 && !isTransient(error))',
    replace: 'if (group.length > 1_000 && !isTransient(error))',
    tests: batches,
  },
  {
    name: 'what cannot be read concerns those that build on it alone',
    file: post,
    find: 'await transfers.find(tenant, id).catch(asError)',
    replace: 'asError(error)',
    tests: batches,
  },
  {
    name: 'only what stands under its own id answers a draft',
    file: post,
    find: 'else if (intent.transfers.some(({ transfer }) => decided.has(transfer.id))) waiting.alone = true;',
    replace: '',
    tests: batches,
  },
  {
    name: 'tenants do not wait for each other',
    file: post,
    find: "(first === undefined ? '' : scopeOf(first.draft))",
    replace: "(first === undefined ? scopeOf : '')",
    tests: batches,
  },
  {
    name: 'a release is never rejected',
    file: post,
    find: "if (draft.entry.kind === 'release') throw",
    replace: "if (draft.entry.kind === 'hold') throw",
    tests: batches,
  },
  {
    name: 'an ask is answered once',
    file: 'lambdas/ledger/dynamodb-transfer-store.ts',
    find: "'answered < :ask'",
    replace: "'answered < :ask OR attribute_exists(pk)'",
    tests: transfers,
  },
  {
    name: 'an id that is decided answers only for the same entry',
    file: 'lambdas/ledger/answer-payments.ts',
    find: '!sameEntry(draft.entry, transfer)',
    replace: '!sameEntry(draft.entry, draft.entry)',
    tests: transfers,
  },
  {
    name: 'an account that is being written is not judged',
    file: posting,
    find: 'if (conflicts > 0 || !reasons',
    replace: 'if (!reasons',
    tests: transfers,
  },
  {
    name: 'a deposit is remembered for its request alone',
    file: 'lambdas/ledger/decide-entry.ts',
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
  {
    name: 'what could not be decided in time may be asked for again',
    file: 'lambdas/shared/aws/errors.ts',
    find: 'if (error instanceof UndecidedError) return true;',
    replace: '',
    tests: deposits,
  },
];
