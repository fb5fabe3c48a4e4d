import { createHash } from 'node:crypto';
import type { Message } from './queue.ts';

/** The SDK refuses an answer whose checksum does not fit its message. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

export function describeSent(message: Message): object {
  return { MessageId: message.id, MD5OfMessageBody: md5(message.body) };
}

/** A message as ReceiveMessage gives it, with those attributes only that were asked for. */
export function receivedMessage(message: Message, systemNames: readonly string[], attributeNames: readonly string[]): object {
  const system = pick(systemAttributes(message), systemNames);
  const attributes = pick(message.attributes ?? {}, attributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt?.handle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length === 0 ? {} : { Attributes: system }),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  };
}

/** All as text, as on the wire and in Lambda's records. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? ''),
    SentTimestamp: String(message.sentAt),
    SenderId: 'AIDAINMEMORY',
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

function pick<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const wanted = (name: string): boolean => names.includes('All') || names.includes(name);
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted(name)));
}
