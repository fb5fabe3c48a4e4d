import type { Call, Intercept } from '../../test/support/aws/in-memory-aws.ts';

export interface Units {
  readonly read: number;
  readonly write: number;
}

/** What DynamoDB says in `ConsumedCapacity`; in transactions it also says of which kind the units are. */
interface ConsumedCapacity {
  readonly TableName: string;
  readonly Table: { readonly CapacityUnits: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>;
}

const writes: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
/** What Lambda's poller does in AWS and the world does itself: not calls of a handler. */
const polling: ReadonlySet<string> = new Set(['ReceiveMessage', 'DeleteMessage']);

/** Counts what is asked of AWS, below the SDK's clients, so that the product needs no counters of its own. */
export class Meter {
  /** By table, and by `table/index` for what its indexes cost beside it. */
  readonly units = new Map<string, Units>();
  /** Calls by handlers, as `SQS.SendMessage`. */
  readonly calls = new Map<string, number>();
  /** Sizes of the events published, in bytes. */
  readonly eventBytes: number[] = [];
  /** Messages that each queue delivered. */
  readonly messages = new Map<string, number>();
  /** Calls that AWS refused: they cost too, and an undisturbed course has none. */
  refused = 0;

  readonly intercept: Intercept = async (call, proceed) => {
    if (!polling.has(call.operation)) this.#add(this.calls, `${call.service}.${call.operation}`, 1);
    try {
      return this.#read(call, proceed(asking(call)));
    } catch (error) {
      this.refused += 1;
      throw error;
    }
  };

  #read(call: Call, output: object): object {
    if (call.service === 'DynamoDB') return this.#readCapacity(call.operation, output);
    if (call.service === 'EventBridge') this.eventBytes.push(...sizesOfEvents(call.input));
    if (call.operation === 'ReceiveMessage') this.#add(this.messages, queueOf(call.input), (output as { Messages?: unknown[] }).Messages?.length ?? 0);
    return output;
  }

  /** Takes the capacity out of the answer again: the product did not ask for it. */
  #readCapacity(operation: string, output: object): object {
    const { ConsumedCapacity: consumed, ...rest } = output as { readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] };
    for (const part of consumed === undefined ? [] : [consumed].flat()) {
      this.#addUnits(part.TableName, operation, part.Table.CapacityUnits);
      for (const [index, { CapacityUnits }] of Object.entries(part.GlobalSecondaryIndexes ?? {})) this.#addUnits(`${part.TableName}/${index}`, operation, CapacityUnits);
    }
    return rest;
  }

  #addUnits(name: string, operation: string, units: number): void {
    const { read, write } = this.units.get(name) ?? { read: 0, write: 0 };
    this.units.set(name, writes.has(operation) ? { read, write: write + units } : { read: read + units, write });
  }

  #add(counts: Map<string, number>, name: string, by: number): void {
    counts.set(name, (counts.get(name) ?? 0) + by);
  }
}

const asking = ({ service, operation, input }: Call): unknown =>
  service === 'DynamoDB' && operation !== 'DescribeTable' ? { ...(input as object), ReturnConsumedCapacity: 'INDEXES' } : input;

const queueOf = (input: unknown): string => (input as { QueueUrl: string }).QueueUrl.split('/').at(-1) ?? '';

/** EventBridge bills an entry's detail, source and type together. */
const sizesOfEvents = (input: unknown): number[] =>
  (input as { Entries: { Detail?: string; DetailType?: string; Source?: string }[] }).Entries.map(({ Detail = '', DetailType = '', Source = '' }) =>
    Buffer.byteLength(Detail) + Buffer.byteLength(DetailType) + Buffer.byteLength(Source));
