import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../lib/project-root.ts';

export interface Result {
  readonly code: number;
  readonly told: string;
}

/** The program itself, in processes of its own, since it puts time, chance and the environment of its process under its hand. */
export const simulate = async (options: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Result> => {
  const run = promisify(execFile)(process.execPath, ['--no-warnings', join(projectRoot, 'test', 'simulation', 'simulate.ts'), ...options], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment }, maxBuffer: 1 << 28,
  });
  return run.then(({ stdout }) => ({ code: 0, told: stdout }), (error: unknown) => {
    const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
    return { code, told: stdout + stderr };
  });
};
