import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../lib/project-root.ts';
import { invariantsPage } from './invariants/page.ts';

/** Part of `npm run docs`. */
await writeFile(join(projectRoot, 'docs', 'invariants.md'), invariantsPage());
