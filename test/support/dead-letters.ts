import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../../lambdas/shared/aws/sqs-client.ts';
import { TENANT } from './api-event.ts';

const PAYMENT = 'pay_00000000000000000000000000';

/** An event that its contract accepts, of a payment that is nowhere. */
export const envelope = (given: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0', id: `${PAYMENT}-2`, source: 'payment-pipeline.payments', type: 'PaymentApproved', subject: PAYMENT, time: '2026-01-05T10:00:00.000Z',
  datacontenttype: 'application/json', dataschema: 'urn:payment-pipeline:event:PaymentApproved:1', tenantid: TENANT, sequence: 2, emission: 2,
  correlationid: 'request-1', causationid: 'request-1',
  data: {
    paymentId: PAYMENT, status: 'processing', amount: { value: 5, currency: 'EUR' }, payerAccountId: 'acc_00000000000000000000000000',
    payeeAccountId: 'acc_00000000000000000000000001', captureMethod: 'automatic', reference: 'SECRET-REFERENCE', createdAt: '2026-01-05T10:00:00.000Z',
  },
  ...given,
});

/** Puts a message into a queue of the in-memory AWS, as SQS or EventBridge does with what was given up. */
export const put = async (queue: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> => {
  const MessageAttributes = Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
  const { MessageId = '' } = await sqs().send(new SendMessageCommand({ QueueUrl: `https://sqs.us-east-1.amazonaws.com/111111111111/${queue}`, MessageBody: body, MessageAttributes }));
  return MessageId;
};
