export interface Timers {
  sleep(milliseconds: number): Promise<void>;
}

const systemTimers: Timers = { sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) };
let current: Timers = systemTimers;

export const timers: Timers = { sleep: (milliseconds) => current.sleep(milliseconds) };

/** For tests and the simulation; undefined puts real timers back. */
export const useTimers = (replacement: Timers | undefined): void => {
  current = replacement ?? systemTimers;
};
