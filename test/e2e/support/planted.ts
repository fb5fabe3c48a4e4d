import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb, output } from './pipeline.ts';
import { send } from './queues.ts';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Step } from './walked.ts';

/** Writes past the services what no caller can bring about within a test, or at all. */
const set = async (table: string, [pk, sk]: readonly [string, string], names: readonly string[], value: AttributeValue): Promise<void> => {
  await dynamoDb.send(new UpdateItemCommand({
    TableName: output(table), Key: { pk: { S: pk }, sk: { S: sk } }, UpdateExpression: `SET ${names.map((name) => `${name} = :value`).join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':value': value },
  }));
};

/** By deposits it takes nine thousand of the largest ones to bring an account to where nothing fits into it. */
export const setCredits = (tenant: string, account: string, valueMinor: number): Promise<void> =>
  set('LedgerTableName', [`${tenant}#A#${account}`, 'ACCOUNT'], ['creditsPosted', 'creditsPending'], { N: String(valueMinor) });

/** The API refuses a payment to oneself; the ledger does not rely on that. */
export const setPayee = (tenant: string, payment: string, account: string): Promise<void> =>
  set('PaymentsTableName', [`${tenant}#P#${payment}`, 'PAYMENT'], ['pe'], { S: account });

/**
 * Tells payments that a review was decided. A review is only opened for a payment that says it is held, so no service says this of a
 * pending one. @returns the step that no service has recorded
 */
export const decideByHand = async (tenantid: string, paymentId: string, decision: 'approve' | 'decline'): Promise<Step> => {
  const id = `${paymentId}.case-100`;
  await send('Payments', JSON.stringify({
    specversion: '1.0', id, source: 'payment-pipeline.fraud', type: 'ReviewDecided', subject: `${paymentId}.case`, time: new Date().toISOString(), datacontenttype: 'application/json',
    dataschema: 'urn:payment-pipeline:event:ReviewDecided:1', tenantid, sequence: 100, emission: 100, correlationid: id, causationid: id,
    data: { paymentId, decision, cause: 'person' },
  }));
  return { id, what: 'ReviewDecided', because: null, detail: { decision } };
};
