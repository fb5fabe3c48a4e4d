interface Planned {
  readonly at: number;
  readonly order: number;
  /** @returns false when nothing was set in motion, so that nobody needs to wait for it */
  run: (() => unknown) | undefined;
}

export interface Cancelable {
  cancel(): void;
}

const turn = globalThis.setImmediate;

/**
 * The virtual clock and all that is planned on it, a binary heap by time and then by order of planning. Nothing happens but one
 * thing after the other: a thing is done, whatever follows from it without waiting is let run, and only then the next is taken.
 */
export class Scheduler {
  /** Epoch milliseconds, with fractions, which order what falls into one millisecond. */
  now: number;
  #heap: Planned[] = [];
  #planned = 0;
  readonly #held: Promise<unknown>[] = [];

  constructor(startsAt: number) {
    this.now = startsAt;
  }

  /** Plans `run` for so many milliseconds from now. */
  after(milliseconds: number, run: () => unknown): Cancelable {
    this.#planned += 1;
    const planned: Planned = { at: this.now + Math.max(0, milliseconds), order: this.#planned, run };
    this.#push(planned);
    return { cancel: () => void (planned.run = undefined) };
  }

  at(time: number, run: () => unknown): Cancelable {
    return this.after(time - this.now, run);
  }

  /**
   * Does one thing after the other until `enough` says so, or nothing is planned, or the next would be later than `until`.
   * @returns why it ended
   */
  async run(enough: () => boolean, until: number): Promise<'enough' | 'idle' | 'late'> {
    await this.settle();
    for (;;) {
      if (enough()) return 'enough';
      const next = this.#heap[0];
      if (next === undefined) return 'idle';
      if (next.run === undefined) {
        this.#pop();
        continue;
      }
      if (next.at > until) return 'late';
      this.#pop();
      this.now = Math.max(this.now, next.at);
      if (next.run() !== false) await this.settle();
    }
  }

  /**
   * Lets everything run that waits for nothing: one turn of the event loop, before which all promises and ticks are done.
   * What would wait for the outside world (files, sockets) has no place in a run; instances are loaded and warm before.
   */
  async settle(): Promise<void> {
    await new Promise((resolve) => void turn(resolve));
    while (this.#held.length > 0) {
      await this.#held.shift();
      await new Promise((resolve) => void turn(resolve));
    }
  }

  /** Real waiting, for a module to be loaded: time stands still until it is over. */
  hold(waiting: Promise<unknown>): void {
    this.#held.push(waiting);
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.push(planned) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || before(above, planned)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && before(right, left)) child += 1;
      const smaller = heap[child];
      if (smaller === undefined || before(last, smaller)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}

const before = (one: Planned, other: Planned): boolean => one.at < other.at || (one.at === other.at && one.order < other.order);
