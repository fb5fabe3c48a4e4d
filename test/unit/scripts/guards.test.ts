import { expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { guards } from '../../../scripts/guards/cases.ts';
import { staleness } from '../../../scripts/guards/working-copy.ts';

const project = { folder: fileURLToPath(new URL('../../..', import.meta.url)), temporary: '' };

it('finds every guard where its case looks for it: one that is gone is seen without taking guards away', async () => {
  const stale = await Promise.all(guards.map(async (guard) => ({ name: guard.name, why: await staleness(project, guard) })));
  expect(stale.filter(({ why }) => why !== undefined)).toEqual([]);
});
