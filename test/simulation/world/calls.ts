import { AwsError, connectionLost, throttled } from '../../support/aws/errors.ts';
import { diceOf } from '../engine/random.ts';
import { here } from '../host/virtual-globals.ts';
import { describeCall, tablesOf } from './describe-call.ts';
import { laggingTableOf, readBehind, readInPart } from './reads.ts';
import { conflictOf, meetsTransactions } from './refusals.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { Call, Intercept } from '../../support/aws/in-memory-aws.ts';
import type { FaultKind, Part } from '../contract.ts';
import type { Invocation, Invocations } from './invocations.ts';
import type { Apply } from './reads.ts';
import type { World } from './world.ts';

/** As long as lambdas/shared/aws/transport.ts waits for an answer. */
const ANSWER_WITHIN_MS = 3_000;
/** A request that was on its way when its caller stopped waiting may be carried out so much later. */
const LATE_MS = 10_000;
const writing = /^(?:Put|Update|Delete|Transact|Send|ChangeMessage)/;

/**
 * Every call of every invocation stops here and goes on when the scheduler lets it, so that invocations meet at any call; and here
 * it may be lost, applied without an answer, refused, or be the last thing that its invocation does.
 */
export const interceptFor = (world: World, invocations: Invocations, applied: (call: Call) => void): Intercept => (call, proceed) => {
  const surroundings = here();
  const invocation = surroundings === undefined ? undefined : invocations.live.get(surroundings);
  // Of an invocation that is over: its code waits for ever.
  if (invocation === undefined) return new Promise<never>(() => undefined);
  invocation.calls += 1;
  const where = `${invocation.name} ${invocation.calls}`;
  const parked = new ParkedCall(world, invocation, call, where);
  return new Promise<object>((resolve, reject) => {
    world.scheduler.after(1 + 20 * world.faults.dice('latency', where) ** 2, () => {
      if (!invocations.live.has(invocation)) return false;
      parked.release((input) => {
        const answer = proceed(input);
        applied(call);
        return answer;
      }, resolve, reject);
      return true;
    });
  });
};

class ParkedCall {
  readonly #world: World;
  readonly #invocation: Invocation;
  readonly #call: Call;
  readonly #where: string;

  constructor(world: World, invocation: Invocation, call: Call, where: string) {
    this.#world = world;
    this.#invocation = invocation;
    this.#call = call;
    this.#where = where;
  }

  release(apply: Apply, resolve: (output: object) => void, reject: (error: unknown) => void): void {
    const call = this.#call;
    const refusal = this.#refusal();
    if (refusal !== undefined) { reject(refusal); return; }
    if (this.#strikes('killed')) { this.#kill(apply); return; }
    if (this.#strikes('timedOut')) { this.#tell('hangs at', 'fault'); return; }
    if (this.#strikes('requestLost')) {
      this.#tell('does not get through with', 'fault');
      this.#later('silence', () => reject(connectionLost())); return;
    }
    if (writing.test(call.operation) && this.#strikes('appliedLate')) {
      this.#tell('waits in vain for', 'fault');
      this.#applyLate(apply);
      this.#later('silence', () => reject(connectionLost())); return;
    }
    const output = this.#apply(apply);
    if (output instanceof AwsError) { reject(output); return; }
    if (this.#strikes('answerLost')) {
      this.#tell('never hears of', 'fault');
      if (output instanceof Promise) output.catch(() => undefined);
      this.#later('silence', () => reject(connectionLost())); return;
    }
    if (output instanceof Promise) return void output.then(resolve, reject);
    resolve(output as object);
  }

  /** Right before the call, right after it, or while it is on its way, to be carried out when nobody waits for it any more. */
  #kill(apply: Apply): void {
    const dice = this.#world.faults.dice('killed after', this.#where);
    const isLate = dice > 0.85 && writing.test(this.#call.operation);
    if (dice < 0.5) this.#apply(apply);
    if (isLate) this.#applyLate(apply);
    this.#tell(dice < 0.5 ? 'is killed right after' : isLate ? 'is killed during' : 'is killed right before', 'fault');
    this.#invocation.kill('is gone');
  }

  #applyLate(apply: Apply): void {
    const { scheduler, faults } = this.#world;
    this.#world.underway += 1;
    scheduler.after(LATE_MS * faults.dice('late', this.#where), () => {
      this.#world.underway -= 1;
      this.#apply(apply, 'is carried out late:');
    });
  }

  /** @returns the output, or the error that the service answers with */
  #apply(apply: Apply, how = ''): unknown {
    this.#world.applying = this.#invocation;
    try {
      const output = this.#carryOut(apply);
      this.#tell(how, 'call');
      return output;
    } catch (error) {
      if (error instanceof AwsError) {
        this.#tell(`is refused (${error.name})`, 'call');
        return error;
      }
      this.#world.failure ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  #carryOut(apply: Apply): unknown {
    const { aws, scheduler, trace } = this.#world;
    const { operation } = this.#call;
    if (operation === 'PutEvents' && this.#strikes('putEventsPartial')) return this.#inPart(apply);
    if (operation === 'BatchGetItem' && this.#strikes('batchPartial')) {
      trace.add(scheduler.now, 'fault', this.#invocation.name, 'is not told of every key in');
      return readInPart(this.#call, this.#dice, apply);
    }
    const now = Math.floor(scheduler.now);
    const table = laggingTableOf(this.#call);
    if (table === undefined || !aws.table(table).hasChangedBy(now) || !this.#strikes('staleRead')) return apply();
    // Nothing that excuses an answer: a reader has to know that it may be told of what was.
    trace.add(scheduler.now, 'fault', this.#invocation.name, 'is told of what was in');
    return readBehind(aws, table, now, this.#dice, apply);
  }

  /** The bus takes some entries and not others, and says so in an answer of 200. */
  #inPart(apply: Apply): object {
    const { Entries } = this.#call.input as { readonly Entries: readonly unknown[] };
    const [dice, first] = ['partial', 'partial first'].map((what) => this.#world.faults.dice(what, this.#where)) as [number, number];
    const fails = Entries.map((_, index) => index === Math.floor(first * Entries.length) || diceOf(dice, index) < 0.4);
    const kept = Entries.filter((_, index) => fails[index] !== true);
    const results = kept.length === 0 ? [] : (apply({ Entries: kept }) as { readonly Entries: readonly object[] }).Entries;
    this.#tell(`has ${Entries.length - kept.length} of ${Entries.length} entries refused in`, 'fault');
    const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    return { FailedEntryCount: Entries.length - kept.length, Entries: fails.map((failed, index) => (failed ? refused : results[index - fails.slice(0, index).filter(Boolean).length] ?? refused)) };
  }

  /** What AWS answers instead of doing anything. */
  #refusal(): AwsError | undefined {
    const { service } = this.#call;
    if (this.#partsOf().some((part) => this.#world.isOut(part))) {
      this.#tell('meets an outage with', 'fault');
      return service === 'DynamoDB' ? throttled(service) : new AwsError('InternalFailure', 'The service is out of order.', {}, 500);
    }
    if (this.#strikes('throttled')) {
      this.#tell('is throttled with', 'fault');
      return throttled(service);
    }
    if (!meetsTransactions(this.#call) || !this.#strikes('transactionConflict')) return undefined;
    this.#tell('meets another transaction with', 'fault');
    return conflictOf(this.#world.aws, this.#call, this.#dice);
  }

  #partsOf(): readonly Part[] {
    const { service, operation, input } = this.#call;
    if (service === 'EventBridge') return ['bus'];
    if (service === 'SQS' && operation === 'SendMessage') {
      const queue = (input as { readonly QueueUrl: string }).QueueUrl.split('/').at(-1) ?? '';
      return [`queue:${this.#world.names.queueLabel(queue) as QueueName}`];
    }
    if (service !== 'DynamoDB') return [];
    return tablesOf(this.#call).map((table) => {
      const [owner = '', kind] = this.#world.names.tableLabel(table).split(' ');
      return `${kind === undefined ? 'table' : 'idempotency'}:${owner}` as Part;
    });
  }

  readonly #dice = (what: string): number => this.#world.faults.dice(what, this.#where);

  #strikes(kind: FaultKind): boolean {
    return this.#world.faults.strikes(kind, this.#where, this.#call.operation);
  }

  #later(what: string, then: () => void): void {
    this.#world.scheduler.after(this.#world.faults.dice(what, this.#where) < 0.5 ? 5 : ANSWER_WITHIN_MS, then);
  }

  #tell(how: string, kind: 'fault' | 'call'): void {
    const { scheduler, trace, names } = this.#world;
    if (kind === 'fault') this.#invocation.disturbed = true;
    trace.add(scheduler.now, kind, this.#invocation.name, () => [how, describeCall(this.#call, names)].filter((part) => part !== '').join(' '));
  }
}
