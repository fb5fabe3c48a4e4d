import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Something a person can put right: what happened, and the way out. Printed without a stack trace. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly wayOut: string;

  constructor(message: string, wayOut: string) {
    super(message);
    this.wayOut = wayOut;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Prints the error for a person: what happened, and the way out. */
export function printProblem(error: unknown): void {
  const wayOut = error instanceof Problem ? error.wayOut : '`npm run doctor` shows what is missing.';
  console.error(`\nERROR    ${messageOf(error)}\nWAY OUT  ${wayOut}`);
}

/** Prints the error and keeps its stack in the log file, where someone who needs it can look. */
export function reportProblem(error: unknown, logFile: string): void {
  mkdirSync(dirname(logFile), { recursive: true });
  appendFileSync(logFile, `\n${new Date().toISOString()} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  printProblem(error);
  console.error(`LOG      ${logFile}`);
}
