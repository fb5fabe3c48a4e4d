import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { InvalidEventError } from '../shared/events/envelope.ts';
import { queueConsumer } from '../shared/queue/queue-consumer.ts';
import { closeReview } from './close-review.ts';
import { dynamoDbCaseStore } from './dynamodb-case-store.ts';
import { openReview } from './open-review.ts';

const cases = dynamoDbCaseStore(setting(environment.table));

/** A queue of its own, so that people can decide although nothing is assessed. */
export const handler = queueConsumer({
  order: 'in-parallel',
  handle: async (event) => {
    switch (event.type) {
      case 'PaymentHeldForReview':
        return openReview(cases, event);
      case 'PaymentApproved':
      case 'PaymentSucceeded':
      case 'PaymentDeclined':
      case 'PaymentCanceled':
      case 'PaymentExpired':
      case 'PaymentFailed':
        return closeReview(cases, event);
      default:
        throw new InvalidEventError(`${event.type} is not for reviews.`);
    }
  },
});
