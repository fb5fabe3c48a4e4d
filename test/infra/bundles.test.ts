import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleAll, handlerFiles, limitOf } from '../../bench/bundles/bundles.ts';
import { importMs } from '../../bench/bundles/imports.ts';
import type { Bundle } from '../../bench/bundles/bundles.ts';

const SLOW_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'payment-pipeline-bundles-'));
let bundles: Bundle[];

describe('bundles', () => {
  beforeAll(async () => {
    bundles = await bundleAll(handlerFiles(), folder);
  }, SLOW_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have at most 620 KB each, but for that of the operators, with 860', () => {
    expect(bundles.filter(({ name }) => name.endsWith('-api'))).not.toHaveLength(0);
    expect(bundles.filter((bundle) => bundle.kilobytes > limitOf(bundle)).map(({ name, kilobytes }) => `${name}: ${Math.ceil(kilobytes)} KB`)).toEqual([]);
  });

  it('load in a process of their own, with nothing but the settings that the contract names', async () => {
    for (const bundle of bundles) expect(await importMs(bundle)).toBeGreaterThan(0);
  }, SLOW_MS);
});
