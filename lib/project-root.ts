import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of package.json. */
export const projectRoot = join(import.meta.dirname, '..');

/** Version of the product, as package.json has it. */
export const productVersion = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error('package.json has no version.');
  return String(manifest.version);
};
