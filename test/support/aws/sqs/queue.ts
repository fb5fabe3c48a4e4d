import { createHash } from 'node:crypto';
import type { Account } from '../account.ts';
import { AwsError } from '../errors.ts';

export interface QueueSpec {
  readonly name: string;
  /** @default 30, as SQS has it */
  readonly visibilityTimeoutSeconds?: number;
  /** @default 4 days, as SQS has it */
  readonly retentionSeconds?: number;
  /** @default 0 */
  readonly delaySeconds?: number;
  /** A message that was received this many times goes to the dead-letter queue instead of being received again. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface Outgoing {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly delaySeconds?: number;
  /** X-Ray header that the sender passed on. */
  readonly traceHeader?: string;
}

export interface Message extends Outgoing {
  readonly id: string;
  /** Milliseconds since the epoch; the move to a dead-letter queue does not change it. */
  readonly sentAt: number;
  /** ARN of the queue that a dead letter comes from. */
  readonly deadLetterSource?: string;
  firstReceivedAt: number | undefined;
  receiveCount: number;
  visibleAt: number;
  /** The newest receipt; older ones no longer act. */
  receipt: { readonly handle: string; readonly at: number } | undefined;
}

const DEFAULT_VISIBILITY_SECONDS = 30;
const DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600;
const MAX_VISIBILITY_SECONDS = 43_200;
const SECOND_MS = 1000;

/** A standard queue: at least once, and in no promised order. */
export class Queue {
  readonly spec: QueueSpec;
  readonly url: string;
  readonly arn: string;
  readonly #account: Account;
  readonly #handles = new Set<string>();
  #messages: Message[] = [];

  constructor(spec: QueueSpec, account: Account) {
    this.spec = spec;
    this.url = `https://sqs.${account.region}.amazonaws.com/${account.accountId}/${spec.name}`;
    this.arn = `arn:aws:sqs:${account.region}:${account.accountId}:${spec.name}`;
    this.#account = account;
  }

  send(outgoing: Outgoing): Message {
    const now = this.#account.now();
    const delaySeconds = outgoing.delaySeconds ?? this.spec.delaySeconds ?? 0;
    return this.#add({ ...outgoing, id: this.#account.newId(), sentAt: now, visibleAt: now + delaySeconds * SECOND_MS });
  }

  /** Takes a message that another queue gave up or gives back. */
  take(message: Message, changes: Pick<Message, 'id' | 'sentAt'> & { readonly deadLetterSource?: string }): void {
    const { body, attributes, groupId, traceHeader } = message;
    const kept = { ...(traceHeader === undefined ? {} : { traceHeader }), ...(attributes === undefined ? {} : { attributes }), ...(groupId === undefined ? {} : { groupId }) };
    this.#add({ body, ...kept, ...changes, visibleAt: this.#account.now() });
  }

  /** `choose` picks one of several visible messages; `giveUp` gets what was received too often. */
  receive(
    limit: number, visibilitySeconds: number | undefined, choose: (count: number) => number, giveUp: (message: Message) => void,
  ): Message[] {
    const now = this.#account.now();
    this.#expire(now);
    const received: Message[] = [];
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now);
    while (received.length < limit && visible.length > 0) {
      const [message] = visible.splice(choose(visible.length), 1);
      if (message === undefined) break;
      if (message.receiveCount >= (this.spec.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY)) {
        this.#remove(message);
        giveUp(message);
        continue;
      }
      this.#markReceived(message, now, visibilitySeconds ?? this.visibilityTimeoutSeconds);
      received.push(message);
    }
    return received;
  }

  /** An older receipt than the newest succeeds and deletes nothing, as with SQS. */
  delete(handle: string): void {
    const message = this.#find(handle);
    if (message !== undefined) this.#remove(message);
  }

  changeVisibility(handle: string, seconds: number): void {
    const now = this.#account.now();
    if (seconds < 0 || seconds > MAX_VISIBILITY_SECONDS) {
      throw invalid(`Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.`);
    }
    const message = this.#find(handle);
    if (message?.receipt === undefined) {
      throw invalid(`Value ${handle} for parameter ReceiptHandle is invalid. `
        + 'Reason: Message does not exist or is not available for visibility timeout change.');
    }
    if (message.visibleAt <= now) throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    if (now - message.receipt.at + seconds * SECOND_MS > MAX_VISIBILITY_SECONDS * SECOND_MS) {
      throw invalid(`Value ${seconds} for parameter VisibilityTimeout is invalid. `
        + 'Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].');
    }
    message.visibleAt = now + seconds * SECOND_MS;
  }

  purge(): Message[] {
    const purged = this.#messages;
    this.#messages = [];
    return purged;
  }

  /** Everything in the queue, visible or not, in the order of arrival. */
  get messages(): readonly Message[] {
    this.#expire(this.#account.now());
    return this.#messages;
  }

  countNow(): { visible: number; inFlight: number; delayed: number } {
    const now = this.#account.now();
    const hidden = this.messages.filter(({ visibleAt }) => visibleAt > now);
    const delayed = hidden.filter(({ receipt }) => receipt === undefined).length;
    return { visible: this.#messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  get visibilityTimeoutSeconds(): number {
    return this.spec.visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_SECONDS;
  }

  get retentionSeconds(): number {
    return this.spec.retentionSeconds ?? DEFAULT_RETENTION_SECONDS;
  }

  #add(message: Omit<Message, 'firstReceivedAt' | 'receiveCount' | 'receipt'>): Message {
    const added: Message = { ...message, firstReceivedAt: undefined, receiveCount: 0, receipt: undefined };
    this.#messages.push(added);
    return added;
  }

  #markReceived(message: Message, now: number, visibilitySeconds: number): void {
    const handle = createHash('sha256').update(`${this.arn} ${this.#account.newId()}`).digest('base64');
    this.#handles.add(handle);
    message.receipt = { handle, at: now };
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.visibleAt = now + visibilitySeconds * SECOND_MS;
  }

  #find(handle: string): Message | undefined {
    if (!this.#handles.has(handle)) {
      throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
    }
    return this.#messages.find(({ receipt }) => receipt?.handle === handle);
  }

  #remove(message: Message): void {
    this.#messages = this.#messages.filter((other) => other !== message);
  }

  #expire(now: number): void {
    this.#messages = this.#messages.filter(({ sentAt }) => now - sentAt < this.retentionSeconds * SECOND_MS);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
