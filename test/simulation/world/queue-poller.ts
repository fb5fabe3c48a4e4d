import { md5, systemAttributes } from '../../support/aws/sqs/messages.ts';
import { nameOfMessage } from './describe-message.ts';
import type { Message, Queue } from '../../support/aws/sqs/queue.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { ConsumedRecord, DeadLetterRecord, Part } from '../contract.ts';
import type { Cancelable } from '../engine/scheduler.ts';
import type { QueueMapping } from '../wiring/wiring.ts';
import type { Ended, Invoke } from './invocations.ts';
import type { World } from './world.ts';

/** Long enough for several messages to come together, as in traffic. */
const POLL_MS = 80;
const RETRY_MS = 5_000;

/**
 * Lambda's side of a queue: takes batches, as many at a time as the mapping allows, and deletes what the function did not report.
 * A batch whose function died, timed out or threw comes again after the visibility timeout, all of it.
 */
export class QueuePoller {
  readonly label: QueueName;
  readonly #world: World;
  readonly #invoke: Invoke;
  readonly #mapping: QueueMapping;
  readonly #queue: Queue;
  readonly #left: { readonly consumed: ConsumedRecord[]; readonly gaveUp: DeadLetterRecord[] };
  readonly #dead = new WeakSet<Message>();
  #running = 0;
  #polls = 0;
  #planned: { readonly at: number; readonly poll: Cancelable } | undefined;

  constructor(world: World, invoke: Invoke, mapping: QueueMapping, left: { readonly consumed: ConsumedRecord[]; readonly gaveUp: DeadLetterRecord[] }) {
    this.#world = world;
    this.#invoke = invoke;
    this.#mapping = mapping;
    this.#queue = world.aws.queue(mapping.queue);
    this.#left = left;
    this.label = world.names.queueLabel(mapping.queue) as QueueName;
  }

  get idle(): boolean {
    return this.#running === 0 && this.#queue.messages.length === 0;
  }

  /** Looks again when the next message can be seen. */
  wake(): void {
    const { scheduler } = this.#world;
    const next = Math.min(...this.#queue.messages.map(({ visibleAt }) => visibleAt));
    if (!Number.isFinite(next) || this.#running >= this.#mapping.maxConcurrency) return;
    const at = Math.max(scheduler.now, next) + POLL_MS * this.#world.faults.dice('poll', `${this.label} ${this.#polls}`) + this.#mapping.windowSeconds * 1_000;
    if (this.#planned !== undefined && this.#planned.at <= at) return;
    this.#planned?.poll.cancel();
    this.#planned = { at, poll: scheduler.at(at, () => this.#poll()) };
  }

  #poll(): boolean {
    this.#planned = undefined;
    this.#polls += 1;
    const { aws, scheduler, faults, trace } = this.#world;
    if (this.#world.isOut(`consumer:${this.label}` satisfies Part)) {
      this.#planned = { at: scheduler.now + RETRY_MS, poll: scheduler.after(RETRY_MS, () => this.#poll()) };
      return false;
    }
    const where = `${this.label} poll ${this.#polls}`;
    const reordered = faults.strikes('reordered', where);
    let picks = 0;
    const messages = aws.receive(this.#queue, this.#mapping.batchSize, (count) => (reordered ? Math.floor(faults.dice(`pick ${picks++}`, where) * count) : 0));
    if (reordered && messages.length > 1) trace.add(scheduler.now, 'fault', this.label, `gives ${messages.length} messages out of order`);
    this.#countGivenUp();
    if (messages.length > 0) this.#start(messages);
    this.wake();
    return messages.length > 0;
  }

  #countGivenUp(): void {
    const { aws, trace, scheduler, names } = this.#world;
    for (const message of aws.messages(names.queues[this.label].dead)) {
      if (this.#dead.has(message)) continue;
      this.#dead.add(message);
      this.#left.gaveUp.push({ source: `consumer:${this.label}`, body: message.body });
      trace.add(scheduler.now, 'world', this.label, `gives up ${nameOfMessage(message.body)} to the dead letters`);
    }
  }

  #start(messages: readonly Message[]): void {
    const [first] = messages;
    if (first === undefined) return;
    this.#running += 1;
    const receipts = messages.map((message) => message.receipt?.handle ?? '');
    const records = messages.map((message, index) => ({
      messageId: message.id, receiptHandle: receipts[index], body: message.body, attributes: systemAttributes(message), messageAttributes: {}, md5OfBody: md5(message.body),
      eventSource: 'aws:sqs', eventSourceARN: this.#queue.arn, awsRegion: this.#world.wiring.region,
    }));
    const name = `${this.label} consumer (${nameOfMessage(first.body)}, receive ${first.receiveCount}${messages.length > 1 ? `, and ${messages.length - 1} more` : ''})`;
    this.#invoke(this.#mapping.function, name, { Records: records }, (how) => {
      this.#running -= 1;
      this.#acknowledge(messages, receipts, how, name);
      this.wake();
    });
  }

  #acknowledge(messages: readonly Message[], receipts: readonly string[], how: Ended, name: string): void {
    const failed = failedOf(how, messages.map(({ id }) => id));
    if (failed === 'all') return;
    messages.forEach((message, index) => {
      if (failed.has(message.id)) return;
      const { scheduler, faults, trace } = this.#world;
      this.#left.consumed.push({ at: Math.floor(scheduler.now), queue: this.label, body: message.body, ...(how.clockMs === 0 ? {} : { clockMs: how.clockMs }) });
      if (faults.strikes('deliveredTwice', `${name} ${index}`)) trace.add(scheduler.now, 'fault', this.label, `forgets that ${nameOfMessage(message.body)} was deleted`);
      else this.#queue.delete(receipts[index] ?? '');
    });
  }
}

/** Ids that were reported; all of them when the answer names one that the batch does not have, as with Lambda. */
const failedOf = (how: Ended, ids: readonly string[]): ReadonlySet<string> | 'all' => {
  if (!('result' in how)) return 'all';
  const reported = (how.result as { batchItemFailures?: readonly { itemIdentifier?: string }[] } | null)?.batchItemFailures ?? [];
  const failed = reported.map(({ itemIdentifier }) => itemIdentifier ?? '');
  return failed.every((id) => ids.includes(id)) ? new Set(failed) : 'all';
};
