/** The command line was not understood. */
export class UsageProblem extends Error {}

/**
 * Runs a command to its end and sets the exit code: 0 done, 1 not done, 2 the command line was not understood. What went wrong
 * is told as a sentence, for whoever typed the command, not as a stack.
 * @param usage printed for `--help`, and with what was not understood
 */
export const runCommand = async (usage: string, work: () => Promise<void>): Promise<void> => {
  if (process.argv.slice(2).includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    await work();
  } catch (error) {
    const isUsage = isOfCommandLine(error);
    const message = error instanceof Error ? error.message : String(error);
    console.error(isUsage ? [message, usage].filter((part) => part !== '').join('\n\n') : message);
    process.exitCode = isUsage ? 2 : 1;
  }
};

const isOfCommandLine = (error: unknown): boolean =>
  error instanceof UsageProblem || (error instanceof Error && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS'));
