import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../../../lib/project-root.ts';
import { readWiring } from './read-wiring.ts';
import type { Template } from '../../infra/support/assembly.ts';
import type { Wiring } from './wiring.ts';

/** What the templates are made from; of a function's code only the path is in them. */
const sources = ['lib', 'lambdas/shared/contract', 'lambdas/shared/events', 'lambdas/shared/http/problem-codes.ts', 'cdk.json', 'package-lock.json', 'test/infra/support'];
const folder = join(projectRoot, '.local', 'simulation');

const templatesSchema = z.record(z.string(), z.custom<Template>((value) => typeof value === 'object' && value !== null && 'Resources' in value));

/** The wiring of the dev stage, from its templates; they are synthesized again whenever their sources have changed. */
export const wiringOfDev = (): Wiring => {
  const file = join(folder, `templates-${hashOfSources()}.json`);
  if (!existsSync(file)) {
    // Written beside and moved, so that two runs at once never read half a file.
    const fresh = `${file}.${process.pid}`;
    execFileSync(process.execPath, [join(projectRoot, 'test', 'infra', 'support', 'print-templates.ts'), fresh], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(fresh, file);
  }
  return readWiring(templatesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
};

const hashOfSources = (): string => {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(projectRoot, source);
    const files = source.includes('.') ? [''] : readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(path.length)).sort();
    for (const file of files) hash.update(`${source}${file}\0`).update(readFileSync(path + file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};
