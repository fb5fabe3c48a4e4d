import type { PlantedBug } from '../bug.ts';

const store = 'lambdas/payments/dynamodb-payment-store.ts';
const refundStore = 'lambdas/payments/dynamodb-refund-store.ts';

/** By its name in the templates: no function but the relays is told it. */
const bus = 'TransitBus6D17ED6E';

export const paymentBugs: readonly PlantedBug[] = [
  {
    name: 'a payment is changed although somebody wrote it since it was read', isClassic: true, file: store,
    find: "ConditionExpression: '#v = :read',",
    replace: "ConditionExpression: '#v = :read OR attribute_exists(pk)',",
    breaks: 'of two who change a payment at once both do: a canceled payment is paid',
  },
  {
    name: 'an event is published before the payment is written', isClassic: true, file: store,
    find: 'replace: (_tenant, before, after, dueAt) => updated(replacement(table, before, after, dueAt)),',
    replace: [
      'replace: async (_tenant, before, after, dueAt) => {',
      `await eventBridgePublisher('${bus}').publish(eventsOfChange(paymentEvents, image(before), image(after)));`,
      'return updated(replacement(table, before, after, dueAt)); },',
    ].join(' '),
    head: [
      "import { eventBridgePublisher } from '../outbox/event-bridge-publisher.ts';", "import { eventsOfChange } from '../outbox/events-of-change.ts';",
      "import { paymentEvents } from './payment-events.ts';", 'const image = (payment: Payment) => unmarshall(marshallItem(toItem(payment)));', '',
    ].join('\n'),
    breaks: 'what was said never happened when the write fails',
  },
  {
    name: 'a payment is put although its id is taken', file: store,
    find: "const IF_ABSENT = 'attribute_not_exists(pk)';",
    replace: "const IF_ABSENT = 'attribute_not_exists(pk) OR attribute_exists(pk)';",
    breaks: 'a request that is sent again begins the payment again',
  },
  {
    name: 'a payment that has ended stays due', file: store,
    find: "isTerminal(after.status) ? ['du', 'da'] : []",
    replace: '[]',
    breaks: 'the sweeper looks at every payment that ever was',
  },
  {
    name: 'a command is not remembered', file: store,
    find: 'transact([{ Put: put }, {',
    replace: 'transact([{',
    breaks: 'a capture that is sent again captures again',
  },
  {
    name: 'a command that was carried out is not looked for', file: 'lambdas/payments/command-payment.ts',
    find: 'const earlier = await store.findCommand(tenant, command);',
    replace: 'const earlier = undefined as Uint8Array | undefined;',
    breaks: 'the command that was done is refused when it is sent again',
  },
  {
    name: 'a fact of the ledger is taken for one that is past', file: 'lambdas/payments/payment.ts',
    find: "FundsTransferred: row('early', 'early', 'apply',",
    replace: "FundsTransferred: row('early', 'early', 'late',",
    breaks: 'money has moved and the payment waits for it',
  },
  {
    name: 'a verdict moves a payment that has gone on', file: 'lambdas/payments/payment.ts',
    find: "FraudAssessed:    row('apply', 'apply', 'already',",
    replace: "FraudAssessed:    row('apply', 'apply', 'apply',",
    breaks: 'a payment is declined while its money moves',
  },
  {
    name: 'an answer of the ledger to another capture is taken for this one', file: 'lambdas/payments/apply-ledger-outcome.ts',
    find: "return payment.operation?.n === event.data.n ? onFundsCaptured(payment, payment.operation, event.data.holdClosed) : 'already';",
    replace: "return payment.operation !== undefined ? onFundsCaptured(payment, payment.operation, event.data.holdClosed) : 'already';",
    breaks: 'an answer that comes twice is taken for that to the next capture',
  },
  {
    name: 'captured money is counted once more when it is refundable', file: 'lambdas/payments/payment.ts',
    find: '  refundableMinor: payment.refundableMinor + amountMinor,\n',
    replace: '  refundableMinor: payment.refundableMinor + 2 * amountMinor,\n',
    breaks: 'more is promised back than was paid',
  },
  {
    name: 'a release ends a payment although a part of it was captured', file: 'lambdas/payments/payment.ts',
    find: "if (capturedMinor > 0) return { status: 'succeeded'",
    replace: "if (capturedMinor < 0) return { status: 'succeeded'",
    breaks: 'a merchant who was paid a part is told that the payment was canceled',
  },
  {
    name: 'who does not answer is not asked again', file: 'lambdas/payments/sweep-payments.ts',
    find: 'if (!(await store.sayAgain(tenant, payment, action.until))) return;',
    replace: 'if (await store.setDue(tenant, payment, action.until).then(() => true)) return;',
    breaks: 'a payment whose question or answer was lost waits for ever',
  },
  {
    name: 'a deadline that has passed changes nothing', file: 'lambdas/payments/payment-due.ts',
    find: 'now >= deadline ? onDeadline',
    replace: 'now < 0 ? onDeadline',
    breaks: 'what nobody captures is held for ever',
  },
  {
    name: 'a refund takes more than there is', file: refundStore,
    find: "'ra >= :need'",
    replace: "'ra >= :need OR attribute_exists(pk)'",
    breaks: 'more is accepted to be given back than was captured',
  },
  {
    name: 'a refund is resolved twice', file: refundStore,
    find: "'v = :read AND #status = :pending'",
    replace: "'(v = :read AND #status = :pending) OR attribute_exists(pk)'",
    breaks: 'an answer that comes twice is counted twice',
  },
  {
    name: 'a refund that failed keeps its amount', file: refundStore,
    find: ': { ra: after.amountMinor };',
    replace: ': { rd: 0 };',
    breaks: 'what could not be given back can never be',
  },
];
