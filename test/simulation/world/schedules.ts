import { environment } from '../../../lambdas/shared/contract/environment.ts';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { Cancelable } from '../engine/scheduler.ts';
import type { Table } from '../../support/aws/dynamodb/table.ts';
import type { ScheduleWiring } from '../wiring/wiring.ts';
import type { Invoke } from './invocations.ts';
import type { World } from './world.ts';

const DUE_INDEX = 'byDue';
/** The clocks of functions may be so far ahead. */
const AHEAD_MS = 5_000;
/** A minute that is told twice is told again within this. */
const AGAIN_MS = 2_000;

/**
 * A schedule and its function. A tick that would find nothing is not run: of a table with a due index when nothing is due, of
 * another when nothing was written since the last tick. A run of a virtual week has 10,080 of them.
 */
export class ScheduleTicker {
  readonly #world: World;
  readonly #invoke: Invoke;
  readonly #schedule: ScheduleWiring;
  readonly #table: Table;
  readonly #owner: ServiceName;
  readonly #always: boolean;
  #planned: { readonly at: number; readonly tick: Cancelable } | undefined;
  #wrote = true;

  constructor(world: World, invoke: Invoke, schedule: ScheduleWiring) {
    this.#world = world;
    this.#invoke = invoke;
    this.#schedule = schedule;
    const fn = world.wiring.functions.find(({ name }) => name === schedule.function);
    const settings = { ...fn?.environment, ...world.settings };
    const name = settings[environment.table];
    if (name === undefined) throw new Error(`${schedule.name}: the simulation does not know what this schedule's function looks at.`);
    this.#table = world.aws.table(name);
    this.#owner = world.names.tableLabel(name) as ServiceName;
    this.#always = Number(settings[environment.reconcileEvery] ?? 0) > 0;
  }

  /** Epoch milliseconds of what is due next; undefined when nothing is. */
  nextDue(): number | undefined {
    const due = this.#table.indexes.get(DUE_INDEX)?.items.all();
    if (due === undefined) return this.#wrote || this.#always ? 0 : undefined;
    const times = due.map(({ da }) => (da !== undefined && 'S' in da ? Number(da.S) : Number.POSITIVE_INFINITY));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  wrote(table: string): void {
    if (table !== this.#table.spec.name) return;
    this.#wrote = true;
    this.wake();
  }

  wake(): void {
    const { scheduler, startedAt, faults } = this.#world;
    const due = this.nextDue();
    if (due === undefined) return;
    const every = this.#schedule.everySeconds * 1_000;
    const shift = every * faults.dice('schedule', this.#schedule.name);
    const number = Math.ceil((Math.max(scheduler.now + 1, due - AHEAD_MS) - startedAt - shift) / every);
    const at = startedAt + shift + number * every;
    if (this.#planned !== undefined && this.#planned.at <= at && this.#planned.at > scheduler.now) return;
    this.#planned?.tick.cancel();
    this.#planned = { at, tick: scheduler.at(at, () => this.#tick(number)) };
  }

  #tick(number: number): boolean {
    this.#planned = undefined;
    const due = this.nextDue();
    const out = this.#world.isOut(`sweeper:${this.#owner}`);
    const runs = !out && due !== undefined && due - AHEAD_MS <= this.#world.scheduler.now;
    if (runs) this.#start(`${this.#owner} schedule (minute ${number})`);
    if (!runs) this.wake();
    return runs;
  }

  #start(name: string): void {
    const { scheduler, faults, trace } = this.#world;
    this.#wrote = false;
    const invoke = (own: string): void => this.#invoke(this.#schedule.function, own, {}, () => this.wake());
    invoke(name);
    if (!faults.strikes('deliveredTwice', name)) return;
    trace.add(scheduler.now, 'fault', name, 'is told of its minute twice');
    this.#world.underway += 1;
    scheduler.after(AGAIN_MS * faults.dice('again', name), () => {
      this.#world.underway -= 1;
      invoke(`${name}, again`);
    });
  }
}
