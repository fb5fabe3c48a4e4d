import type { Account } from '../account.ts';
import { AwsError, UnsupportedRequest } from '../errors.ts';
import { accept } from '../requests.ts';
import { compilePattern } from './event-pattern.ts';
import type { EventPattern } from './event-pattern.ts';

/** An event as rules and targets see it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** Where an event went, or did not: a bus that is not there takes it with 200 and drops it. */
export interface PublishedEvent {
  readonly bus: string;
  readonly event: BusEvent;
}

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  /** Seconds since the epoch. */
  readonly Time?: number;
  readonly Resources?: readonly string[];
  readonly TraceHeader?: string;
}

interface Rule {
  readonly matches: (event: BusEvent) => boolean;
  readonly deliver: (event: BusEvent, traceHeader: string | undefined) => void;
}

const ENTRY_MEMBERS = ['EventBusName', 'Source', 'DetailType', 'Detail', 'Time', 'Resources', 'TraceHeader'] as const;
const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;

export class EventBridge {
  readonly published: PublishedEvent[] = [];
  readonly dropped: PublishedEvent[] = [];
  readonly #account: Account;
  readonly #buses = new Map<string, Rule[]>();

  constructor(account: Account) {
    this.#account = account;
  }

  createBus(name: string): void {
    this.#buses.set(name, []);
  }

  addRule(bus: string, pattern: EventPattern, deliver: Rule['deliver']): void {
    const rules = this.#buses.get(bus);
    if (rules === undefined) throw new Error(`a rule for the bus ${bus}, which does not exist`);
    rules.push({ matches: compilePattern(pattern), deliver });
  }

  call(operation: string, input: unknown): object {
    if (operation !== 'PutEvents') throw new UnsupportedRequest(`EventBridge ${operation}`);
    const { Entries } = accept<{ readonly Entries: readonly Entry[] }>('PutEvents', input, ['Entries']);
    checkSize(Entries);
    const results = Entries.map((raw) => this.#put(accept<Entry>('PutEvents entry', raw, ENTRY_MEMBERS)));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  #put(entry: Entry): object {
    const problem = entryProblem(entry);
    if (problem !== undefined) return problem;
    const event = this.#eventOf(entry);
    const bus = (entry.EventBusName ?? 'default').replace(/^arn:.*:event-bus\//, '');
    const rules = this.#buses.get(bus);
    (rules === undefined ? this.dropped : this.published).push({ bus, event });
    for (const rule of rules ?? []) {
      if (rule.matches(event)) rule.deliver(event, entry.TraceHeader);
    }
    return { EventId: event.id };
  }

  #eventOf(entry: Entry): BusEvent {
    const { region, accountId, now, newId } = this.#account;
    const time = entry.Time === undefined ? now() : entry.Time * 1000;
    return {
      'version': '0',
      'id': newId(),
      'detail-type': entry.DetailType ?? '',
      'source': entry.Source ?? '',
      'account': accountId,
      'time': new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region,
      'resources': entry.Resources ?? [],
      'detail': JSON.parse(entry.Detail ?? '{}') as unknown,
    };
  }
}

function checkSize(entries: readonly Entry[]): void {
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw new AwsError('ValidationException', "1 validation error detected: Value at 'entries' failed to satisfy constraint: "
      + `Member must have length ${entries.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 10'}`);
  }
  if (entries.reduce((sum, entry) => sum + entrySizeBytes(entry), 0) > MAX_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
}

/** Source: EventBridge User Guide, "Calculating PutEvents event entry size". */
function entrySizeBytes({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source ?? '', DetailType ?? '', Detail ?? '', ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function entryProblem(entry: Entry): object | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[name] === undefined || entry[name] === '') {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.` };
    }
  }
  if (entry.Source?.startsWith('aws.') === true) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: `Not authorized for the source ${entry.Source}.` };
  }
  return isJsonObject(entry.Detail ?? '') ? undefined : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
