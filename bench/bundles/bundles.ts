import { globSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from '../../lib/constructs/bundling.ts';
import { projectRoot } from '../../lib/project-root.ts';

export interface Bundle {
  /** Of the handler file: `payments-api`. */
  readonly name: string;
  readonly file: string;
  readonly kilobytes: number;
}

/** Of the APIs that merchants call: every cold start of theirs reads it all. */
export const API_LIMIT_KILOBYTES = 620;
/** Operators call it a few times a day, and it talks to queues, the parking bucket and other functions. */
const OPERATIONS_LIMIT_KILOBYTES = 860;

export const limitOf = ({ name }: Pick<Bundle, 'name'>): number => (name === 'operations-api' ? OPERATIONS_LIMIT_KILOBYTES : API_LIMIT_KILOBYTES);

/** The handler files of all functions, from the project's root. */
export const handlerFiles = (): string[] => globSync('lambdas/*/*.handler.ts', { cwd: projectRoot }).sort();

/** Bundles an entry as NodejsFunction does: the same tool with the construct's own options. */
export const bundle = async (entry: string, folder: string): Promise<Bundle> => {
  const name = basename(entry, '.handler.ts');
  const file = join(folder, name, 'index.mjs');
  mkdirSync(join(folder, name), { recursive: true });
  const { format, mainFields, target, minify } = bundling;
  await build({ entryPoints: [join(projectRoot, entry)], outfile: file, bundle: true, platform: 'node', format, mainFields, target, minify, logLevel: 'error' });
  return { name, file, kilobytes: statSync(file).size / 1024 };
};

export const bundleAll = (entries: readonly string[], folder: string): Promise<Bundle[]> => Promise.all(entries.map((entry) => bundle(entry, folder)));
