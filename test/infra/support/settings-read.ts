import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environment } from '../../../lambdas/shared/contract/environment.ts';
import { projectRoot } from '../../../lib/project-root.ts';

/** Names of the environment variables that a handler reads, itself or in what it imports (types aside). */
export const settingsReadBy = (entry: string): readonly string[] => {
  const seen = new Set<string>();
  const names = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(file, 'utf8');
    for (const [, name] of source.matchAll(/\bsetting\(environment\.(\w+)\)/g)) names.add(environment[name as keyof typeof environment]);
    for (const [, imported] of source.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '(\.[^']+)';/gm)) visit(join(dirname(file), imported ?? ''));
  };
  visit(join(projectRoot, entry));
  return [...names];
};
