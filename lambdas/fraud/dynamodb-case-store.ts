import { GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { cancellationReasons, failedCondition } from '../shared/aws/errors.ts';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { key } from '../shared/ids/ids.ts';
import { caseIdOf, VERDICT_SEQUENCE } from './assessment.ts';
import { countAttempt, countersOf, takeRoom } from './dynamodb-velocity-counters.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { CancellationReason } from '../shared/aws/errors.ts';
import type { NewEvent } from '../shared/events/event-entry.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Assessment, PaymentUnderAssessment } from './assessment.ts';
import type { CaseStore, CaseWritten } from './case-store.ts';
import type { Verdict } from './rules.ts';

/**
 * Access patterns (fraud table):
 * - the case of a payment: `<tenant>#F#<payment>` / CASE, strongly consistent get
 * - decide a payment: one transaction of three items: put the case if absent, update the payer's counters
 *   `<tenant>#V#<account>` / `DAY#<date>` (day and hours) and / `MINUTE#<minute>`; counters expire
 * - say a verdict again: update of the case, conditional on `answered`
 */
export const dynamoDbCaseStore = (table: string): CaseStore => ({
  find: async (tenant, payment) => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: caseKey(tenant, payment), ConsistentRead: true }));
    return Item === undefined ? undefined : readCase(unmarshall(Item));
  },

  approve: async (tenant, assessment, event, limits) => {
    const { payment } = assessment;
    const cancelled = await decide([putCase(table, tenant, assessment, event), ...takeRoom(table, tenant, payment, limits)]);
    if (cancelled === undefined) return { kind: 'written' };
    const [, ...counters] = cancelled;
    return existing(cancelled) ?? { kind: 'no_room', counters: countersOf(payment, counters.map(({ item }) => item)) };
  },

  decline: async (tenant, assessment, event) => {
    const cancelled = await decide([putCase(table, tenant, assessment, event), ...countAttempt(table, tenant, assessment.payment)]);
    if (cancelled === undefined) return { kind: 'written' };
    const exists = existing(cancelled);
    if (exists === undefined) throw new Error('A decline was refused although its payment has no case.');
    return exists;
  },

  sayAgain: async (tenant, payment, ask) => {
    try {
      await withConflictRetries(() => dynamoDb().send(new UpdateItemCommand(sayAgainInput(table, tenant, payment, ask))));
      return true;
    } catch (error) {
      if (failedCondition(error) !== undefined) return false;
      throw error;
    }
  },
});

const caseKey = (tenant: TenantId, payment: PaymentId) => marshall({ pk: key(tenant, 'F', payment), sk: 'CASE' });

/** @returns the reasons when a condition did not hold; undefined when all was written */
const decide = async (actions: TransactWriteItem[]): Promise<CancellationReason[] | undefined> => {
  try {
    await withConflictRetries(() => dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: actions })));
    return undefined;
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons?.some(({ code }) => code === 'ConditionalCheckFailed') === true) return reasons;
    throw error;
  }
};

// The case is the first action, and goes before the counters: an answer that exists is the answer, whatever the windows hold by now.
const existing = ([reason]: readonly CancellationReason[]): Extract<CaseWritten, { kind: 'exists' }> | undefined => {
  if (reason?.code !== 'ConditionalCheckFailed') return undefined;
  if (reason.item === undefined) throw new Error('DynamoDB did not return the case that exists.');
  return { kind: 'exists', earlier: readCase(reason.item) };
};

const putCase = (table: string, tenant: TenantId, { payment, verdict, answered }: Assessment, event: NewEvent): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: marshall({
      pk: key(tenant, 'F', payment.paymentId),
      sk: 'CASE',
      ...payment,
      ...verdict,
      answered,
      emission: 1,
      events: encodeEvents(caseIdOf(payment.paymentId), [event]),
    }),
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const sayAgainInput = (table: string, tenant: TenantId, payment: PaymentId, ask: number) => ({
  TableName: table,
  Key: caseKey(tenant, payment),
  UpdateExpression: 'SET answered = :ask, emission = emission + :one, say = :verdict',
  ConditionExpression: 'answered < :ask',
  ExpressionAttributeValues: marshall({ ':ask': ask, ':one': 1, ':verdict': VERDICT_SEQUENCE }),
});

// Only putCase writes these attributes, so its types are theirs.
const readCase = (item: Readonly<Record<string, unknown>>): Assessment => {
  const { paymentId, payerAccountId, payeeAccountId, amountMinor, currency, createdAt } = item as unknown as PaymentUnderAssessment;
  const { outcome, riskLevel, riskScore, reasons, ruleVersion } = item as unknown as Verdict;
  return {
    payment: { paymentId, payerAccountId, payeeAccountId, amountMinor, currency, createdAt },
    verdict: { outcome, riskLevel, riskScore, reasons, ruleVersion },
    answered: Number(item['answered']),
  };
};
