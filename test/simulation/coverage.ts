import { allRoutes } from '../../lambdas/shared/contract/routes.ts';
import { stateChanges } from '../../scripts/state-machine.ts';
import { codeOf, isDone, isReplay } from './invariants/asks.ts';
import { recordsOf } from './invariants/records.ts';
import type { EventEntry } from '../../lambdas/shared/events/event-entry.ts';
import type { EventType } from '../../lambdas/shared/events/registry.ts';
import type { PaymentState } from '../../lambdas/payments/payment.ts';
import type { FaultKind, Observation } from './contract.ts';
import type { Struck } from './engine/faults.ts';

/** The state that a payment is in once it has said the event; the last capture and its success are one write. */
const stateBy: Partial<Readonly<Record<EventType, PaymentState>>> = {
  PaymentInitiated: 'pending', PaymentHeldForReview: 'in_review', PaymentApproved: 'processing', PaymentAuthorized: 'authorized', PaymentCaptureRequested: 'authorized:capture',
  PaymentCancelRequested: 'authorized:cancel', PaymentExpiryRequested: 'authorized:expire', PaymentCaptured: 'authorized', PaymentCaptureFailed: 'authorized',
  PaymentSucceeded: 'succeeded', PaymentDeclined: 'declined', PaymentCanceled: 'canceled', PaymentExpired: 'expired', PaymentFailed: 'failed',
};

const waysOf = (events: readonly EventEntry[]): string[] => {
  const told = events.filter(({ type }, index) => !(type === 'PaymentCaptured' && events[index + 1]?.type === 'PaymentSucceeded'));
  const states = told.map(({ type }) => stateBy[type]).filter((state) => state !== undefined);
  return states.flatMap((state, index) => (index === 0 || states[index - 1] === state ? [] : [`${states[index - 1] ?? ''} -> ${state}`]));
};

/** What a run met, each as `<of what>: <what>`. */
export const metIn = (observation: Observation, struck: readonly Struck[]): string[] => {
  const { payments, refunds, transfers, cases, deliveries, accounts } = recordsOf(observation);
  const met = [
    ...payments.flatMap(({ status, declineCode, failureCode, events }) => [
      `payment: ${status}`, ...(declineCode === undefined ? [] : [`declined: ${declineCode}`]), ...(failureCode === undefined ? [] : [`failed: ${failureCode}`]), ...waysOf(events).map((way) => `transition: ${way}`),
    ]),
    ...refunds.map(({ status, failureCode }) => `refund: ${status}${failureCode === undefined ? '' : ` ${failureCode}`}`),
    ...transfers.map(({ kind, status, reason }) => `transfer: ${kind} ${status}${reason === undefined ? '' : ` ${reason}`}`),
    ...accounts.map(({ status }) => `account: ${status}`),
    ...cases.flatMap(({ review, verdict }) => [...(review === undefined ? [] : [`review: ${review.status}`]), ...(verdict === undefined ? [] : [`verdict: ${verdict.outcome}`])]),
    ...deliveries.map(({ status }) => `delivery: ${status}`),
    ...observation.answers.flatMap(({ route, answer }) =>
      answer === undefined ? [] : [isDone(answer) ? `route: ${route.operation}${isReplay(answer) ? ', replayed' : ''}` : `refusal: ${String(codeOf(answer))}`]),
    ...observation.plan.outages.map(({ part }) => `outage: ${part}`),
    ...observation.gaveUp.map(({ source }) => `dead letter: ${source}`),
    ...struck.map(({ kind, operation }) => `fault: ${kind}${operation === undefined ? '' : ` of ${operation}`}`),
  ];
  return [...new Set(met)];
};

const onCalls: readonly FaultKind[] = ['requestLost', 'answerLost', 'throttled', 'killed', 'timedOut'];
/** What payments, money and events are read and written with. */
const operations = ['GetItem', 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'TransactWriteItems', 'PutEvents', 'SendMessage', 'ChangeMessageVisibility'] as const;
/** Faults that strike but some calls, and those that strike none. */
const elsewhere = [
  ...['PutItem', 'UpdateItem', 'TransactWriteItems', 'PutEvents', 'SendMessage'].map((operation) => `appliedLate of ${operation}`),
  ...['PutItem', 'UpdateItem', 'TransactWriteItems'].map((operation) => `transactionConflict of ${operation}`),
  'staleRead of GetItem', 'staleRead of Query', 'batchPartial of BatchGetItem', 'putEventsPartial of PutEvents', 'requestLost', 'answerLost',
  'deliveredTwice', 'deliveredLate', 'reordered', 'streamCut', 'streamRepeated', 'clockStep', 'callerGivesUp', 'calledTwice',
] as const;

/** What many runs together must have met: every way of a payment's states, every command served, every fault where it can strike. */
export const wantedOf = (): string[] => [
  ...new Set([
    ...stateChanges().map(({ from, to }) => `transition: ${from} -> ${to}`),
    ...allRoutes.filter(({ method }) => method !== 'GET').map(({ operation }) => `route: ${operation}`),
    ...allRoutes.filter(({ idempotent }) => idempotent).map(({ operation }) => `route: ${operation}, replayed`),
    ...onCalls.flatMap((kind) => operations.map((operation) => `fault: ${kind} of ${operation}`)),
    ...elsewhere.map((fault) => `fault: ${fault}`),
  ]),
];

/** How many runs met each thing, most wanted first: what none met, then what few did. */
export const tellCoverage = (met: ReadonlyMap<string, number>): string => {
  const missing = wantedOf().filter((wanted) => !met.has(wanted));
  const groups = Map.groupBy([...met].sort(([one], [other]) => (one < other ? -1 : 1)), ([name]) => name.split(': ')[0] ?? '');
  const lines = [...groups].map(([group, list]) => `${group}: ${list.map(([name, runs]) => `${name.slice(group.length + 2)} ${runs}`).join(' | ')}`);
  return [...lines, missing.length === 0 ? 'Every transition, every command and every fault was met.' : `Never met: ${missing.join(', ')}`].join('\n');
};
