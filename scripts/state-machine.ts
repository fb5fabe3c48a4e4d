import { cancel, capture } from '../lambdas/payments/payment-commands.ts';
import { dueAction } from '../lambdas/payments/payment-due.ts';
import {
  captureFailures, declineCodes, failureCodes, isTerminal, onCaptureRejected, onFraudVerdict, onFundsCaptured, onFundsHeld, onFundsTransferred, onHoldReleased,
  onReviewDecided, onTransferRejected, paymentStates, reactionTo, stateOf, stateTable, transitioned,
} from '../lambdas/payments/payment.ts';
import { isAccountId, isPaymentId, isTenantId } from '../lambdas/shared/ids/ids.ts';
import type { InboundEvent, Payment, PaymentState, Reaction, Transition } from '../lambdas/payments/payment.ts';

/** A way from one state to another, and what takes a payment there. */
export interface StateChange {
  readonly from: PaymentState;
  readonly to: PaymentState;
  readonly by: string;
}

const NOW = 1_000_000;
const told = { at: NOW, cause: 'cause', correlation: 'correlation' };
const deadlines = { firstAsk: 20, longestAsk: 900, fraud: 45, review: 3_600, processing: 86_400, capture: 604_800, overdue: 300 };

const checked = <Id extends string>(value: string, is: (text: string) => text is Id): Id => {
  if (!is(value)) throw new Error('A sample has an id that is none.');
  return value;
};
const sample = '00000000000000000000000000';

/** A payment in the state; after a partial capture when it is authorized and `capturedMinor` says so. */
const paymentIn = (state: PaymentState, capturedMinor = 0): Payment => {
  const [status, kind] = state.split(':') as [Payment['status'], 'capture' | 'cancel' | 'expire' | undefined];
  return {
    tenant: checked('tenant01', isTenantId), id: checked(`pay_${sample}`, isPaymentId), status, amountMinor: 100, currency: 'EUR', captureMethod: 'manual',
    payerAccountId: checked(`acc_${sample}`, isAccountId), payeeAccountId: checked(`acc_${sample}`, isAccountId),
    capturedMinor, refundableMinor: capturedMinor, refundedMinor: 0, operationCount: kind === undefined ? 0 : 1,
    ...(kind === undefined ? {} : { operation: { kind, n: 1, amountMinor: 50, final: false } }),
    ...(status === 'authorized' ? { captureBefore: NOW } : {}),
    createdAt: 0, updatedAt: 0, version: 1, emission: 1, events: [{ sequence: 1, type: 'PaymentInitiated', ...told, at: 0 }], fingerprint: new Uint8Array(),
  };
};

type Case = readonly [what: string, decide: (payment: Payment) => Transition, capturedMinor?: number];
const verdict = (type: 'approve' | 'decline' | 'review'): Case =>
  [type, () => onFraudVerdict({ type, riskLevel: 'low', riskScore: 0, reasons: [] }, NOW)];
const decision = (by: 'approve' | 'decline'): Case => [by, () => onReviewDecided(by, 'person')];
const refusals: readonly Case[] = [...new Set([...Object.keys(declineCodes).filter((code) => code === 'insufficient_funds' || code === 'account_frozen'), ...Object.keys(failureCodes)])]
  .map((reason) => [reason, () => onTransferRejected(reason)]);

/** What each event can say, as far as it decides where the payment goes. */
const cases: Readonly<Record<InboundEvent, readonly Case[]>> = {
  FraudAssessed: [verdict('approve'), verdict('decline'), verdict('review')],
  ReviewDecided: [decision('approve'), decision('decline')],
  FundsTransferred: [['', onFundsTransferred]],
  TransferRejected: refusals,
  FundsHeld: [['', () => onFundsHeld(NOW)]],
  HoldRejected: refusals,
  FundsCaptured: [['in part', (payment) => onFundsCaptured(payment, { n: 1, amountMinor: 50 }, false)], ['last', (payment) => onFundsCaptured(payment, { n: 1, amountMinor: 50 }, true)]],
  CaptureRejected: Object.keys(captureFailures).map((reason) => ['', () => onCaptureRejected({ n: 1, amountMinor: 50 }, reason)]),
  HoldReleased: [['nothing captured', onHoldReleased], ['after a capture', onHoldReleased, 50]],
};
const events = Object.keys(stateTable) as InboundEvent[];

const to = (payment: Payment, transition: Transition): PaymentState => stateOf(transitioned(payment, transition, told));

const byEvents = (from: PaymentState): StateChange[] =>
  events.filter((event) => reactionTo(event, from) === 'apply').flatMap((event) =>
    cases[event].map(([what, decide, capturedMinor]) => {
      const payment = paymentIn(from, capturedMinor);
      return { from, to: to(payment, decide(payment)), by: `${event} ${what}`.trim() };
    }));

const byCommands = (from: PaymentState): StateChange[] =>
  Object.entries({ 'POST capture': capture({ amountMinor: 50 }), 'POST cancel': cancel }).flatMap(([by, decide]) => {
    const decided = decide(paymentIn(from), NOW - 1);
    return 'kind' in decided ? [] : [{ from, to: to(paymentIn(from), decided), by }];
  });

const byDeadline = (from: PaymentState): StateChange[] => {
  const action = dueAction(paymentIn(from), deadlines, Number.MAX_SAFE_INTEGER);
  return action.kind === 'move' ? [{ from, to: stateOf(action.after), by: 'deadline' }] : [];
};

/** Every way that leads to another state, found by trying what the code does in each state. */
export const stateChanges = (): StateChange[] =>
  paymentStates.flatMap((from) => [...byEvents(from), ...byCommands(from), ...byDeadline(from)]).filter((change) => change.from !== change.to);

const nameOf = (state: PaymentState): string => state.replace(':', '_');

/** One arrow per pair of states, with all that leads along it. */
const arrows = (): string[] => {
  const pairs = Map.groupBy(stateChanges(), ({ from, to: end }) => `${nameOf(from)} --> ${nameOf(end)}`);
  return [...pairs].map(([pair, changes]) => {
    const what = Map.groupBy(changes.map(({ by }) => by.split(' ')), ([event = '']) => event);
    return `${pair}: ${[...what].map(([event, ways]) => `${event} ${ways.map(([, ...rest]) => rest.join(' ')).filter((way) => way !== '').join(', ')}`.trim()).join('; ')}`;
  });
};

const signs: Readonly<Record<Reaction, string>> = { apply: '✓', already: '=', late: '·', early: '↺', contradiction: '✗' };

/** The diagram and the table of docs/architecture.md, in Markdown. */
export const stateMachineInMarkdown = (): string => `\`\`\`mermaid
stateDiagram-v2
    [*] --> pending: POST /v1/payments
${paymentStates.filter((state) => state.includes(':')).map((state) => `    ${nameOf(state)}: ${state.replace(':', ', ')} asked`).join('\n')}
${arrows().map((arrow) => `    ${arrow}`).join('\n')}
${paymentStates.filter((state) => isTerminal(paymentIn(state).status)).map((state) => `    ${state} --> [*]`).join('\n')}
\`\`\`

What an event does in each state: **✓** apply, **=** already applied, **·** late (harmless), **↺** early (back to the
queue), **✗** contradiction (never swallowed: dead-letter queue and alarm, [ADR 7](adr/0007-five-reactions-in-the-state-table.md)).

| event | ${paymentStates.map((state) => state.replace('authorized:', ':')).join(' | ')} |
|---|${paymentStates.map(() => '---|').join('')}
${events.map((event) => `| ${event} | ${paymentStates.map((state) => signs[reactionTo(event, state)]).join(' | ')} |`).join('\n')}
`;
