import type { Account } from '../account.ts';
import { AwsError, UnsupportedRequest } from '../errors.ts';
import { callQueue } from './operations.ts';
import { Queue } from './queue.ts';
import type { Message, QueueSpec } from './queue.ts';

/** The queues of one account. */
export class Sqs {
  /** Which of several visible messages comes first: an index below the count. */
  readonly choose: (count: number) => number;
  readonly #account: Account;
  readonly #queues = new Map<string, Queue>();

  constructor(account: Account, choose: (count: number) => number) {
    this.#account = account;
    this.choose = choose;
  }

  createQueue(spec: QueueSpec): Queue {
    const deadLetterQueue = spec.redrive?.deadLetterQueue;
    if (deadLetterQueue !== undefined && !this.#queues.has(deadLetterQueue)) {
      throw new Error(`queue ${spec.name} redrives to ${deadLetterQueue}, which does not exist yet`);
    }
    const queue = new Queue(spec, this.#account);
    this.#queues.set(spec.name, queue);
    return queue;
  }

  /** By name, URL or ARN; the AWS error if there is none. */
  queue(reference: string): Queue {
    const queue = this.#queues.get(reference.split(/[/:]/).at(-1) ?? '');
    if (queue === undefined) {
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    }
    return queue;
  }

  giveUp(queue: Queue, message: Message): void {
    const name = queue.spec.redrive?.deadLetterQueue;
    if (name === undefined) throw new Error(`queue ${queue.spec.name} has no dead-letter queue`);
    this.queue(name).take(message, { id: message.id, sentAt: message.sentAt, deadLetterSource: queue.arn });
  }

  call(operation: string, input: unknown): object {
    if (operation === 'StartMessageMoveTask') return this.#startMessageMove(input);
    return callQueue(this, operation, input);
  }

  /** Gives dead letters back to the queues that they come from, at once; each gets a new id, as with SQS. */
  #startMessageMove(input: unknown): object {
    const { SourceArn: source, ...others } = input as { readonly SourceArn: string };
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new UnsupportedRequest(`the member ${unknown} of StartMessageMoveTask`);
    const deadLetters = this.queue(source);
    if (![...this.#queues.values()].some(({ spec }) => spec.redrive?.deadLetterQueue === deadLetters.spec.name)) {
      throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    }
    for (const message of deadLetters.purge()) {
      const origin = message.deadLetterSource ?? deadLetters.arn;
      this.queue(origin).take(message, { id: this.#account.newId(), sentAt: this.#account.now() });
    }
    return { TaskHandle: this.#account.newId() };
  }
}
