/** Work in memory waits for nothing outside of this process: without this, signals and progress would wait until all of it is done. */
export const letOthersThrough = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
