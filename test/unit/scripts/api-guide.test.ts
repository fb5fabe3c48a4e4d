import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allRoutes } from '../../../lambdas/shared/contract/routes.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');

describe('docs/api.md', () => {
  it.each(allRoutes.map(({ method, resource, scope }) => [`${method} ${resource}`, scope]))('has %s in its table, with its scope', (route, scope) => {
    const rows = guide.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${route}\``));
    expect(rows).toEqual([expect.stringContaining(`| ${scope} |`)]);
  });
});
