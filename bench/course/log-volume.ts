/** What handlers write to their logs. */
export interface LogVolume {
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Keeps back what this process writes to standard output and error while the work runs, for there the handlers' logs go; the
 * work can ask how much it was so far.
 */
export const keepingLogsBack = async <Result>(work: (written: () => LogVolume) => Promise<Result>): Promise<Result> => {
  let lines = 0;
  let bytes = 0;
  const restore = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    stream.write = (chunk: string | Uint8Array): boolean => {
      bytes += Buffer.byteLength(chunk);
      lines += Buffer.from(chunk).toString().split('\n').length - 1;
      return true;
    };
    return () => void (stream.write = write);
  });
  try {
    return await work(() => ({ lines, bytes }));
  } finally {
    for (const undo of restore) undo();
  }
};
