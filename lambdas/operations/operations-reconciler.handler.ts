import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { paymentDeadlinesSchema } from '../shared/contract/payment-deadlines.ts';
import { instrument } from '../shared/observability/instrument.ts';
import { logInfo } from '../shared/observability/logger.ts';
import { withinInvocation } from '../shared/time/deadline.ts';
import { dynamoDbReconciliationBooks } from './dynamodb-reconciliation-books.ts';
import { dynamoDbReconciliationStore } from './dynamodb-reconciliation-store.ts';
import { lambdaEventCarriers } from './lambda-event-carriers.ts';
import { reconcile } from './reconcile.ts';
import { startWhenDue } from './start-reconciliation.ts';
import type { Context } from 'aws-lambda';

const store = dynamoDbReconciliationStore(setting(environment.table));
const ports = {
  store,
  books: dynamoDbReconciliationBooks({ ledger: setting(environment.ledgerTable), payments: setting(environment.paymentsTable) }),
  carriers: lambdaEventCarriers(setting(environment.retellingFunctions)),
  deadlines: paymentDeadlinesSchema.parse(JSON.parse(setting(environment.paymentDeadlines))),
};

const everyHours = Number(setting(environment.reconcileEvery));

/** Called every minute: begins a comparison of everything when it is time, and goes on with what is open. */
export const handler = instrument((_tick: unknown, context: Context): Promise<void> =>
  withinInvocation(context, async () => {
    await startWhenDue(store, everyHours);
    await reconcile(ports);
    logInfo('reconcile', {});
  }),
);
