import { parseArgs } from 'node:util';
import { chosenPort } from './engine-port.ts';
import { messageOf, Problem } from './problem.ts';

export interface StartOptions {
  /** End after the demo instead of serving. */
  readonly once: boolean;
  readonly port: number;
}

/** What `npm start` was asked for. Throws a Problem when that cannot be understood; nothing has been touched by then. */
export function readStartOptions(commandLine: readonly string[], port: string | undefined): StartOptions {
  try {
    const { values } = parseArgs({ args: [...commandLine], options: { once: { type: 'boolean', default: false } } });
    return { once: values.once, port: chosenPort(port) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(messageOf(error), '`npm start`, or `npm start -- --once` to stop after the demo; `PORT=4600 npm start` for another port.');
  }
}
