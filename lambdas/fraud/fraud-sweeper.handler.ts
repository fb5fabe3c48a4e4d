import { dynamoDbDueStore } from '../shared/aws/dynamodb-due-store.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { sweeper } from '../shared/due-work/sweeper.ts';
import { ownerOf } from './case-item.ts';
import { dynamoDbCaseStore } from './dynamodb-case-store.ts';
import { timeOutReview } from './time-out-review.ts';

const table = setting(environment.table);
const cases = dynamoDbCaseStore(table);

export const handler = sweeper({
  store: dynamoDbDueStore(table),
  act: async ({ pk, sk }) => {
    const owner = ownerOf({ pk, sk });
    if (owner === undefined) throw new Error('Something is due that is not a case.');
    await timeOutReview(cases, owner.tenant, owner.paymentId);
  },
});
