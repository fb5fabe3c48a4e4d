import { AFTER_WRITE } from './after-write.ts';
import { anAskIsAnswered } from './an-ask-is-answered.ts';
import { answersFitTheirQuestion } from './answers-fit-their-question.ts';
import { asksBackOff } from './asks-back-off.ts';
import { asksWaitForTheLog } from './asks-wait-for-the-log.ts';
import { balancesAreSumsOfTransfers } from './balances-are-sums-of-transfers.ts';
import { booksAreNeverCalledBroken } from './books-are-never-called-broken.ts';
import { consumersHeardEverything } from './consumers-heard-everything.ts';
import { deadLettersAreKept } from './dead-letters-are-kept.ts';
import { deadLettersArePoison } from './dead-letters-are-poison.ts';
import { debitsEqualCredits } from './debits-equal-credits.ts';
import { eachPaymentMovedOnce } from './each-payment-moved-once.ts';
import { endpointsThatAnswerAreWell } from './endpoints-that-answer-are-well.ts';
import { eventLogIsComplete } from './event-log-is-complete.ts';
import { eventsComeInOrder } from './events-come-in-order.ts';
import { eventsSayWhatIs } from './events-say-what-is.ts';
import { everyPaymentComesToAnEnd } from './every-payment-comes-to-an-end.ts';
import { historiesAreLegal } from './histories-are-legal.ts';
import { noAccountIsBelowItsLimit } from './no-account-is-below-its-limit.ts';
import { noAnswerIsOutOfPlace } from './no-answer-is-out-of-place.ts';
import { nobodyGetsBackMore } from './nobody-gets-back-more.ts';
import { nobodyIsRefusedWithoutWant } from './nobody-is-refused-without-want.ts';
import { nothingAcceptedIsLost } from './nothing-accepted-is-lost.ts';
import { nothingIsUndoneTwice } from './nothing-is-undone-twice.ts';
import { nothingSecretGetsOut } from './nothing-secret-gets-out.ts';
import { oldEventsAreNotTold } from './old-events-are-not-told.ts';
import { oneAskIsOneAnswer } from './one-ask-is-one-answer.ts';
import { oneKeyIsOneResource } from './one-key-is-one-resource.ts';
import { replaysAreByteEqual } from './replays-are-byte-equal.ts';
import { reviewsAreDecidedOnce } from './reviews-are-decided-once.ts';
import { servicesAgree } from './services-agree.ts';
import { tenantsAreApart } from './tenants-are-apart.ts';
import { velocityCountsOnce } from './velocity-counts-once.ts';
import { webhooksAreNotRepeated } from './webhooks-are-not-repeated.ts';
import { webhooksArrive } from './webhooks-arrive.ts';
import { whatCannotBeDoneMakesRoom } from './what-cannot-be-done-makes-room.ts';
import { whatWasSaidWasWritten } from './what-was-said-was-written.ts';
import { windowsHoldTheirLimit } from './windows-hold-their-limit.ts';
import type { Check, Invariant, Violation } from '../contract.ts';

/** What is true of every run, whatever was broken in it. */
export const invariants: readonly Invariant[] = [
  eachPaymentMovedOnce, balancesAreSumsOfTransfers, debitsEqualCredits, noAccountIsBelowItsLimit, nobodyGetsBackMore, nobodyIsRefusedWithoutWant, nothingIsUndoneTwice,
  everyPaymentComesToAnEnd, historiesAreLegal, answersFitTheirQuestion, oneAskIsOneAnswer, servicesAgree, reviewsAreDecidedOnce, velocityCountsOnce, windowsHoldTheirLimit,
  nothingAcceptedIsLost, oneKeyIsOneResource, replaysAreByteEqual, noAnswerIsOutOfPlace, tenantsAreApart, nothingSecretGetsOut,
  whatWasSaidWasWritten, eventsSayWhatIs, eventsComeInOrder, anAskIsAnswered, asksBackOff, consumersHeardEverything, eventLogIsComplete,
  webhooksArrive, webhooksAreNotRepeated, asksWaitForTheLog, oldEventsAreNotTold, endpointsThatAnswerAreWell,
  deadLettersArePoison, deadLettersAreKept, whatCannotBeDoneMakesRoom, booksAreNeverCalledBroken,
];

/** Every invariant by its name, with what it promises; also those that are looked at while a run goes on. */
export const promises: ReadonlyMap<string, string> = new Map([
  ...invariants.map(({ name, sentence }) => [name, sentence] as const),
  [AFTER_WRITE, 'After each write to the ledger: a balance moved with its transfer, by what that says, once, within its limit; nothing that was written is changed.'],
  ['liveness', 'Without faults the world comes to rest within 30 hours, and no caller waits for something that never comes.'],
]);

/** An invariant that cannot even read what was left is broken too. */
const checkOne = ({ name, check: find }: Invariant, observation: Parameters<Check>[0]): readonly Violation[] => {
  try {
    return find(observation);
  } catch (error) {
    return [{ invariant: name, message: `It could not be checked: ${error instanceof Error ? error.message : 'unknown'}`, about: [] }];
  }
};

export const check: Check = (observation) => invariants.flatMap((one) => checkOne(one, observation));
