import { describe, expect, it } from '@jest/globals';
import { eventRegistry, eventTypes, sourceOf } from '../../lambdas/shared/events/registry.ts';
import { consumersOf, isToldOnCall, patternsFor } from '../../lib/event-subscriptions.ts';

const queues = ['fraud', 'reviews', 'payments', 'ledger', 'deliveries', 'notifications'] as const;

describe('subscriptions', () => {
  it.each(eventTypes)('%s has a consumer, is public, or is told to whoever is on call', (type) => {
    expect(consumersOf(type).length > 0 || isToldOnCall(type)).toBe(true);
  });

  it.each(queues)('the queue %s gets events from the services that own them only', (queue) => {
    for (const pattern of Object.values(patternsFor(queue))) {
      for (const type of pattern.detailType ?? []) {
        const found = eventTypes.find((candidate) => candidate === type);
        expect(found === undefined ? undefined : [sourceOf(eventRegistry[found].owner)]).toEqual(pattern.source);
      }
    }
  });

  // What is public has a consumer anyway, so that alone does not say that whoever is asked gets the question.
  it.each([
    ['PaymentInitiated', 'fraud'], ['PaymentHeldForReview', 'reviews'], ['PaymentApproved', 'ledger'], ['PaymentVoidRequested', 'ledger'],
    ['FraudAssessed', 'payments'], ['ReviewDecided', 'payments'], ['FundsTransferred', 'payments'], ['TransferRejected', 'payments'],
  ] as const)('%s reaches whom it asks or answers: %s', (type, queue) => {
    expect(consumersOf(type)).toContain(queue);
  });

  it('every event that a queue is said to get is in its patterns', () => {
    for (const type of eventTypes) {
      for (const queue of consumersOf(type).filter((name) => name !== 'notifications')) {
        expect(Object.values(patternsFor(queue)).flatMap(({ detailType }) => detailType ?? [])).toContain(type);
      }
    }
  });
});
