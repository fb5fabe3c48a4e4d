import type { PlantedBug } from '../bug.ts';

const updates = 'lambdas/ledger/dynamodb-updates.ts';

export const ledgerBugs: readonly PlantedBug[] = [
  {
    name: 'balances are written without their transfers', isClassic: true, file: 'lambdas/ledger/dynamodb-posting.ts',
    find: '  ...transfers.map((transfer) => ({ Put: putIfAbsent(table, transferItem(tenant, transfer)) })),\n',
    replace: '',
    breaks: 'money moves that nobody can explain, again with every repeat',
  },
  {
    name: 'transfers are written without their balances', file: 'lambdas/ledger/dynamodb-posting.ts',
    find: '  ...accounts.map((change) => ({ Update: accountUpdate(table, tenant, change) })),\n',
    replace: '',
    breaks: 'a transfer tells of money that never moved',
  },
  {
    name: 'a transfer is put although its id is taken', file: 'lambdas/ledger/dynamodb-posting.ts',
    find: 'Put: putIfAbsent(table, transferItem(tenant, transfer))',
    replace: 'Put: { TableName: table, Item: putIfAbsent(table, transferItem(tenant, transfer)).Item }',
    breaks: 'an event that is delivered twice moves the money twice',
  },
  {
    name: 'an account pays what it does not have', file: updates,
    find: 'if (change.needMinor !== undefined)',
    replace: 'if (change.needMinor === 0)',
    breaks: 'balances fall below their limit',
  },
  {
    name: 'the hold is drawn on as it is, not as it was read', file: updates,
    find: '    only(`${remaining} = ${value(change.remaining.readMinor)}`);\n',
    replace: '',
    breaks: 'two captures of one hold draw the same money',
  },
  {
    name: 'a hold is drawn on after it has ended', file: updates,
    // Either line would do: what has ended has nothing left of what was read.
    find: '    only(`${remaining} = ${value(change.remaining.readMinor)}`);\n    only(`attribute_not_exists(${name(\'closedBy\')})`);\n',
    replace: '',
    breaks: 'a capture takes what was given back',
  },
  {
    name: 'a refund takes more than was captured', file: 'lambdas/ledger/payment-drafts.ts',
    find: "if (parent.refundableMinor < amount.value) return { kind: 'reject', reason: 'exceeds_captured' };",
    replace: '',
    breaks: 'the write is refused for ever, and the refund never ends',
  },
  {
    name: 'a final capture keeps the rest of the hold', file: 'lambdas/ledger/payment-drafts.ts',
    find: 'const releasedMinor = isLast ? restMinor : 0;',
    replace: 'const releasedMinor = 0;',
    breaks: 'a payer\'s money stays set aside for good',
  },
  {
    name: 'a fee is taken and not given to anybody', file: 'lambdas/ledger/account-changes.ts',
    find: 'const accountId = role === \'debit\' ? transfer.debitAccountId : transfer.creditAccountId;',
    replace: "if (transfer.kind === 'fee' && role === 'credit') continue;\n      const accountId = role === 'debit' ? transfer.debitAccountId : transfer.creditAccountId;",
    breaks: 'debits and credits differ',
  },
  {
    name: 'what is released is not available again', file: 'lambdas/shared/contract/transfer-effects.ts',
    find: 'release: { debit: { debitsPending: -1, available: 1 }',
    replace: 'release: { debit: { debitsPending: -1 }',
    breaks: 'the money of a canceled payment is gone',
  },
  {
    name: 'an ask is answered each time it is delivered', file: 'lambdas/ledger/dynamodb-transfer-store.ts',
    find: "ConditionExpression: 'answered < :ask',",
    replace: "ConditionExpression: 'answered < :ask OR attribute_exists(pk)',",
    breaks: 'one ask is answered again by each that read before',
  },
  {
    name: 'an ask that was answered before is not answered again', file: 'lambdas/ledger/answer-payments.ts',
    find: "if (ask.emission <= highest) return 'already';",
    replace: "if (highest >= 0) return 'already';",
    breaks: 'a payment whose answer was lost waits for ever',
  },
  {
    name: 'a draft that meets a conflict is settled', file: 'lambdas/shared/aws/errors.ts',
    find: 'reasons.some(({ code }) => contentions.has(code)) && reasons.every(({ code }) => besideContention.has(code))',
    replace: "reasons.every(({ code }) => code === 'None' || contentions.has(code))",
    breaks: 'a write of which an item was busy is judged by what the other items said',
  },
  {
    name: 'a withdrawal is undone twice', file: updates,
    find: '    only(`attribute_not_exists(${name(\'reversedBy\')})`);\n',
    replace: '',
    breaks: 'a deposit is taken back twice',
  },
  {
    name: 'a frozen account spends', file: updates,
    find: 'change.statuses.map(value)',
    replace: "['open', 'frozen', 'closed'].map(value)",
    breaks: 'money leaves an account that was stopped',
  },
];
