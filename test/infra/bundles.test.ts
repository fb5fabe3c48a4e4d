import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_LIMIT_KILOBYTES, bundleAll, handlerFiles } from '../../bench/bundles/bundles.ts';
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

  it('have at most 620 KB each, that of the operators too', () => {
    expect(API_LIMIT_KILOBYTES).toBe(620);
    expect(bundles.filter(({ name }) => name.endsWith('-api'))).toHaveLength(5);
    expect(bundles.filter(({ kilobytes }) => kilobytes > API_LIMIT_KILOBYTES).map(({ name, kilobytes }) => `${name}: ${Math.ceil(kilobytes)} KB`)).toEqual([]);
  });

  it('carry no chain of credential providers: functions have theirs in the environment', () => {
    for (const { name, file } of bundles) expect([name, /sso-oidc|AssumeRoleWithWebIdentity/.test(readFileSync(file, 'utf8'))]).toEqual([name, false]);
  });

  it('load in a process of their own, with nothing but the settings that the contract names', async () => {
    for (const bundle of bundles) expect(await importMs(bundle)).toBeGreaterThan(0);
  }, SLOW_MS);
});
