import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { environment } from '../shared/contract/environment.ts';
import { setting } from '../shared/config/settings.ts';
import { sqs } from '../shared/aws/sqs-client.ts';
import type { DeliveryHint } from './delivery-hint.ts';

/** A delayed message to the queue that the function is fed from. */
export const sqsDeliveryHint: DeliveryHint = async (ask, delayMs) => {
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: setting(environment.queueUrl),
      MessageBody: JSON.stringify(ask),
      // Rounded up: a message that comes early finds nothing to do.
      DelaySeconds: Math.ceil(delayMs / 1_000),
      MessageGroupId: ask.data.endpointId,
    }),
  );
};
