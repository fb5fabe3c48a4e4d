import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectRoot } from '../../../lib/project-root.ts';
import { invariantsPage } from '../../simulation/invariants/page.ts';

it('shows every invariant of the simulation as the code says it: npm run docs writes it', async () => {
  expect(await readFile(join(projectRoot, 'docs', 'invariants.md'), 'utf8')).toBe(invariantsPage());
});
