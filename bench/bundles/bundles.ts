import { globSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundling, replacedModules } from '../../lib/constructs/bundling.ts';
import { projectRoot } from '../../lib/project-root.ts';

export interface Bundle {
  /** Of the handler file: `payments-api`. */
  readonly name: string;
  readonly file: string;
  readonly kilobytes: number;
}

/** Of each API: every cold start reads it all. */
export const API_LIMIT_KILOBYTES = 620;

/** The handler files of all functions, from the project's root. */
export const handlerFiles = (): string[] => globSync('lambdas/*/*.handler.ts', { cwd: projectRoot }).sort();

/**
 * Bundles an entry as NodejsFunction does: the same tool with the construct's own options.
 * @param replaced modules that it gets another one for
 */
export const bundle = async (entry: string, folder: string, replaced: Readonly<Record<string, string>> = replacedModules): Promise<Bundle> => {
  const name = basename(entry, '.handler.ts');
  const file = join(folder, name, 'index.mjs');
  mkdirSync(join(folder, name), { recursive: true });
  const { format, mainFields, target, minify } = bundling;
  await build({
    entryPoints: [join(projectRoot, entry)], outfile: file, bundle: true, platform: 'node', format, mainFields, target, minify,
    alias: { ...replaced }, absWorkingDir: projectRoot, logLevel: 'error',
  });
  return { name, file, kilobytes: statSync(file).size / 1024 };
};

export const bundleAll = (entries: readonly string[], folder: string): Promise<Bundle[]> => Promise.all(entries.map((entry) => bundle(entry, folder)));
