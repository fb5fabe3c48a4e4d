import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

const lock = JSON.parse(await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8')) as { packages: Record<string, LockEntry> };
const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>;

/** Where npm would find `name` from the package at `path`. */
const resolves = (path: string, name: string): boolean => {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    if (!folder.includes('/node_modules/')) folder = '/node_modules/x';
  }
};

it('has a lock entry for every optional dependency, so that npm ci works on every platform', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) => Object.keys(optionalDependencies).filter((name) => !resolves(path, name)).map((name) => `${path}: ${name}`));
  expect(missing).toEqual([]);
});

it('names no registry host in the lock', () => {
  expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

it('pins every direct dependency exactly', () => {
  const loose = Object.values(manifest.dependencies).concat(Object.values(manifest.devDependencies), Object.values(manifest.optionalDependencies)).filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
  expect(loose).toEqual([]);
});

const allowedLicences = new Set(['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'CC0-1.0', 'Python-2.0']);

/** An SPDX licence expression: every part of an AND and at least one of an OR; AND binds more tightly. Anything else is not allowed. */
const isAllowed = (expression: string): boolean => {
  const inner = /\(([^()]*)\)/.exec(expression);
  if (inner !== null) return isAllowed(expression.replace(inner[0], isAllowed(inner[1] ?? '') ? 'MIT' : 'not allowed'));
  return expression.split(' OR ').some((choice) => choice.split(' AND ').every((licence) => allowedLicences.has(licence.trim())));
};

it.each(['MIT', '(MIT OR GPL-3.0)', 'GPL-3.0 OR MIT', 'MIT AND (ISC OR AGPL-3.0)', 'MIT AND ISC OR GPL-3.0', '(MIT AND Apache-2.0) AND ISC'])('allows the licence %s', (licence) => {
  expect(isAllowed(licence)).toBe(true);
});

it.each(['GPL-3.0', 'MIT AND GPL-3.0', '(MIT OR ISC) AND GPL-3.0', 'GPL-3.0 OR AGPL-3.0', 'GPL-2.0 WITH Classpath-exception-2.0', 'SEE LICENSE IN LICENSE.md', 'UNLICENSED', '(MIT', ''])('rejects the licence "%s"', (licence) => {
  expect(isAllowed(licence)).toBe(false);
});

it('ships nothing under a copyleft or proprietary licence', () => {
  const shipped = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && entry.dev !== true);
  expect(shipped.filter(([, { license }]) => !isAllowed(license ?? '')).map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});
