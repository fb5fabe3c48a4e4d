import { itemKeyText } from './describe-record.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { StreamMapping } from '../wiring/wiring.ts';
import type { Ended, Invoke } from './invocations.ts';
import type { World } from './world.ts';

/** Long enough for several records to come together, as in traffic. */
const POLL_MS = 200;
const OUT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
const STREAM_KEEPS_MS = 24 * 3_600_000;
/** DynamoDB promises order per item only; items of different shards are read side by side. */
const SHARDS = 2;

interface Shard {
  readonly number: number;
  readonly records: DynamoDBRecord[];
  busy: boolean;
  tries: number;
  readFrom: DynamoDBRecord | undefined;
  /** How often the batch that begins with `readFrom` was read. */
  reads: number;
  /** After a failed batch at most so many at a time, until it is through. */
  atMost: number;
}

/** Lambda's side of a table's stream: shards in order, again from the first record that was reported, given up when it is too old. */
export class StreamPoller {
  readonly owner: ServiceName;
  readonly #world: World;
  readonly #invoke: Invoke;
  readonly #mapping: StreamMapping;
  readonly #shards: readonly Shard[] = Array.from({ length: SHARDS }, (_, number) => ({ number, records: [], busy: false, tries: 0, readFrom: undefined, reads: 0, atMost: Number.POSITIVE_INFINITY }));
  #batches = 0;

  constructor(world: World, invoke: Invoke, mapping: StreamMapping) {
    this.#world = world;
    this.#invoke = invoke;
    this.#mapping = mapping;
    this.owner = world.names.tableLabel(mapping.table) as ServiceName;
  }

  get idle(): boolean {
    return this.#shards.every(({ records, busy }) => records.length === 0 && !busy);
  }

  take(records: readonly DynamoDBRecord[]): void {
    for (const record of records) {
      const key = itemKeyText(record);
      const shard = this.#shards[Math.floor(this.#world.faults.dice('shard', key) * SHARDS)];
      if (shard === undefined) continue;
      shard.records.push(record);
      if (!shard.busy) this.#plan(shard, POLL_MS * this.#world.faults.dice('read', `${this.owner} ${key} ${String(record.dynamodb?.SequenceNumber)}`));
    }
  }

  #plan(shard: Shard, milliseconds: number): void {
    shard.busy = true;
    this.#world.scheduler.after(milliseconds, () => this.#read(shard));
  }

  #read(shard: Shard): boolean {
    const { scheduler, faults, trace } = this.#world;
    const isOut = this.#world.isOut(`relay:${this.owner}`);
    this.#forgetOld(shard);
    // Out of order is a mapping that is off, which gives nothing up, or a function that cannot be started.
    if (!isOut || faults.dice('mapping', this.owner) < 0.5) this.#giveUpOld(shard);
    const [first] = shard.records;
    shard.busy = first !== undefined;
    if (first === undefined) return false;
    if (isOut) {
      this.#plan(shard, OUT_MS);
      return false;
    }
    this.#batches += 1;
    const name = `${this.owner} relay (${itemKeyText(first)}${shard.tries === 0 ? '' : `, try ${shard.tries + 1}`})`;
    shard.reads = shard.readFrom === first ? shard.reads + 1 : 1;
    shard.readFrom = first;
    const where = `${name} read ${shard.reads}`;
    const available = Math.min(shard.records.length, this.#mapping.batchSize, shard.atMost);
    const cut = available > 1 && faults.strikes('streamCut', where);
    const count = cut ? 1 + Math.floor(faults.dice('cut', where) * (available - 1)) : available;
    if (cut) trace.add(scheduler.now, 'fault', `${this.owner} stream`, `gives ${count} of ${available} records`);
    const batch = shard.records.slice(0, count);
    this.#invoke(this.#mapping.function, name, JSON.parse(JSON.stringify({ Records: batch })), (how) => this.#after(shard, batch, how, where));
    return true;
  }

  #after(shard: Shard, batch: readonly DynamoDBRecord[], how: Ended, where: string): void {
    const { scheduler, faults, trace } = this.#world;
    const done = doneOf(how, batch);
    if (done > 0 && faults.strikes('streamRepeated', where)) {
      trace.add(scheduler.now, 'fault', `${this.owner} stream`, 'forgets how far it was read, and repeats');
      this.#plan(shard, POLL_MS); return;
    }
    shard.records.splice(0, done);
    if (done === batch.length) {
      shard.tries = 0;
      shard.atMost = Number.POSITIVE_INFINITY;
      this.#plan(shard, POLL_MS * faults.dice('read on', where)); return;
    }
    shard.tries = done > 0 ? 1 : shard.tries + 1;
    if (this.#mapping.bisects && 'failed' in how) shard.atMost = Math.max(1, Math.ceil(batch.length / 2));
    if (this.#mapping.maxRetries >= 0 && shard.tries > this.#mapping.maxRetries) this.#park(shard, 1, 'RetryAttemptsExhausted');
    this.#plan(shard, Math.min(LONGEST_WAIT_MS, 200 * 2 ** Math.min(shard.tries, 20)));
  }

  #forgetOld(shard: Shard): void {
    const { trace, scheduler } = this.#world;
    const old = this.#olderThan(shard, STREAM_KEEPS_MS);
    if (old === 0) return;
    shard.records.splice(0, old);
    trace.add(scheduler.now, 'world', `${this.owner} stream`, `forgets ${old} records`);
  }

  #giveUpOld(shard: Shard): void {
    const old = this.#olderThan(shard, this.#mapping.maxRecordAgeSeconds * 1_000);
    if (old > 0) this.#park(shard, old, 'RecordAgeExceeded');
  }

  #olderThan({ records }: Shard, ageMs: number): number {
    const oldest = this.#world.scheduler.now - ageMs;
    const count = records.findIndex(({ dynamodb }) => (dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000 >= oldest);
    return count < 0 ? records.length : count;
  }

  /** As Lambda writes to an S3 destination: with what it gave up. */
  #park(shard: Shard, count: number, condition: string): void {
    const { aws, scheduler, trace } = this.#world;
    const records = shard.records.splice(0, count);
    const at = new Date(Math.floor(scheduler.now)).toISOString();
    trace.add(scheduler.now, 'world', `${this.owner} stream`, `parks ${count} records (${condition})`);
    const body = JSON.stringify({ requestContext: { condition, approximateInvokeCount: shard.tries }, payload: JSON.stringify({ Records: records }) });
    aws.put(this.#mapping.onFailureBucket, `aws/lambda/${this.#mapping.id}/shard-${shard.number}/${at.slice(0, 10).replaceAll('-', '/')}/${at}-${this.#batches}`, body);
  }
}

/** How many of the batch are done: up to the lowest that was reported; none when the function failed. */
const doneOf = (how: Ended, batch: readonly DynamoDBRecord[]): number => {
  if (!('result' in how)) return 0;
  const reported = (how.result as { batchItemFailures?: readonly { itemIdentifier?: string }[] } | null)?.batchItemFailures ?? [];
  const positions = reported.map(({ itemIdentifier }) => batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier));
  return positions.length === 0 ? batch.length : Math.max(0, Math.min(...positions));
};
