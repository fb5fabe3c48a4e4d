import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const testCommand = fileURLToPath(new URL('../../../scripts/test.ts', import.meta.url));

it('refuses a layer that does not exist, before it runs any, and tells the layers', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [testCommand, 'docs', 'unnit'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/no layer unnit\.[^]*types, types:infra, lint, layers, docs, unit, infra, simulation, e2e/);
});
