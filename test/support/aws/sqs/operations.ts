import { AwsError, UnsupportedRequest } from '../errors.ts';
import { accept } from '../requests.ts';
import { attributesOf } from './attributes.ts';
import { describeSent, receivedMessage } from './messages.ts';
import type { MessageAttribute, Outgoing, Queue } from './queue.ts';
import type { Sqs } from './sqs.ts';

interface SendEntry {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageGroupId?: string;
}

interface Handled {
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout?: number;
}

interface Receive {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly AttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

const SEND_MEMBERS = ['MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageGroupId'] as const;
const RECEIVE_MEMBERS = [
  'QueueUrl', 'MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'MessageSystemAttributeNames', 'AttributeNames',
  'MessageAttributeNames',
] as const;
const MAX_BATCH = 10;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DELAY_SECONDS = 900;

/** Applies one call on one queue; input and output are as on the wire. */
export function callQueue(sqs: Sqs, operation: string, input: unknown): object {
  switch (operation) {
    case 'SendMessage': return one<SendEntry>(sqs, operation, input, SEND_MEMBERS, send);
    case 'DeleteMessage': return one<Handled>(sqs, operation, input, ['ReceiptHandle'], remove);
    case 'ChangeMessageVisibility': return one<Handled>(sqs, operation, input, ['ReceiptHandle', 'VisibilityTimeout'], changeVisibility);
    case 'SendMessageBatch': return batch<SendEntry>(sqs, operation, input, SEND_MEMBERS, send);
    case 'DeleteMessageBatch': return batch<Handled>(sqs, operation, input, ['ReceiptHandle'], remove);
    case 'ChangeMessageVisibilityBatch':
      return batch<Handled>(sqs, operation, input, ['ReceiptHandle', 'VisibilityTimeout'], changeVisibility);
    case 'ReceiveMessage': return receive(sqs, input);
    case 'PurgeQueue': {
      sqs.queue(accept<{ QueueUrl: string }>(operation, input, ['QueueUrl']).QueueUrl).purge();
      return {};
    }
    case 'GetQueueUrl':
      return { QueueUrl: sqs.queue(accept<{ QueueName: string }>(operation, input, ['QueueName']).QueueName).url };
    case 'GetQueueAttributes': {
      const request = accept<{ QueueUrl: string; AttributeNames?: string[] }>(operation, input, ['QueueUrl', 'AttributeNames']);
      return { Attributes: attributesOf(sqs, sqs.queue(request.QueueUrl), request.AttributeNames ?? []) };
    }
    default: throw new UnsupportedRequest(`SQS ${operation}`);
  }
}

function one<T extends object>(
  sqs: Sqs, operation: string, input: unknown, members: readonly (keyof T & string)[], act: (queue: Queue, request: T) => object,
): object {
  const request = accept<T & { QueueUrl: string }>(operation, input, [...members, 'QueueUrl']);
  return act(sqs.queue(request.QueueUrl), request);
}

/** Every entry succeeds or fails alone, and the call answers 200 either way. */
function batch<T extends object>(
  sqs: Sqs, operation: string, input: unknown, members: readonly (keyof T & string)[], act: (queue: Queue, request: T) => object,
): object {
  const request = accept<{ QueueUrl: string; Entries: readonly unknown[] }>(operation, input, ['QueueUrl', 'Entries']);
  const queue = sqs.queue(request.QueueUrl);
  const entries = request.Entries.map((entry) => accept<T & { Id: string }>(`${operation} entry`, entry, [...members, 'Id']));
  checkEntries(entries.map(({ Id }) => Id));
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...act(queue, entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, Code: error.name, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, Failed: failed };
}

function checkEntries(ids: readonly string[]): void {
  if (ids.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (ids.length > MAX_BATCH) {
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${ids.length}.`);
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}

function send(queue: Queue, entry: SendEntry): object {
  const { MessageBody: body, DelaySeconds: delaySeconds, MessageAttributes: attributes, MessageGroupId: groupId } = entry;
  if (body === undefined || body === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
    throw invalid('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
  }
  if (delaySeconds !== undefined && (delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS)) {
    throw invalid(`Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`);
  }
  const outgoing: Outgoing = {
    body,
    ...(attributes === undefined ? {} : { attributes }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
  return describeSent(queue.send(outgoing));
}

function remove(queue: Queue, { ReceiptHandle }: Handled): object {
  queue.delete(ReceiptHandle);
  return {};
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: Handled): object {
  if (VisibilityTimeout === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
  return {};
}

/** Answers at once with what is visible, however long the request would wait: waiting is the scheduler's business. */
function receive(sqs: Sqs, input: unknown): object {
  const request = accept<Receive>('ReceiveMessage', input, RECEIVE_MEMBERS);
  const queue = sqs.queue(request.QueueUrl);
  const limit = request.MaxNumberOfMessages ?? 1;
  if (limit < 1 || limit > MAX_BATCH) {
    throw invalid(`Value ${limit} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`);
  }
  const messages = queue.receive(limit, request.VisibilityTimeout, sqs.choose, (message) => {
    sqs.giveUp(queue, message);
  });
  const system = [...(request.MessageSystemAttributeNames ?? []), ...(request.AttributeNames ?? [])];
  const shown = messages.map((message) => receivedMessage(message, system, request.MessageAttributeNames ?? []));
  return shown.length === 0 ? {} : { Messages: shown };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
