const HEARTBEAT_SECONDS = 10;

export const secondsSince = (startedAtMs: number): string => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;

// A reader that closes the pipe early (`npm start | head`) must not take the engine's care-taker down with it.
process.stdout.on('error', () => undefined);

let output: NodeJS.WritableStream = process.stdout;

/** Where progress goes from now on: a program whose standard output is its result has it on standard error. */
export function sayOn(stream: NodeJS.WritableStream): void {
  output = stream;
}

/** Prints one line of progress. */
export function say(line: string): void {
  output.write(`${line}\n`);
}

/**
 * Runs one step and prints one line with its seconds when it is done. While it runs, a heartbeat line every
 * ten seconds tells a waiting person that it is alive and for how long.
 */
export async function step<Result>(name: string, work: () => Promise<Result>, describe?: (result: Result) => string): Promise<Result> {
  const startedAtMs = performance.now();
  const heartbeat = setInterval(() => say(`         ... ${name}, ${secondsSince(startedAtMs)}`), HEARTBEAT_SECONDS * 1000);
  try {
    const result = await work();
    say(`[${secondsSince(startedAtMs).padStart(7)}] ${describe === undefined ? name : describe(result)}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
