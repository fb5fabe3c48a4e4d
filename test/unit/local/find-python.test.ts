import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const module = JSON.stringify(new URL('../../../scripts/prerequisites.mjs', import.meta.url).href);

describe('the Python that the local engine is installed with', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'find-python-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What is said on a machine whose only programs are the given shell scripts. */
  function find(programs: Readonly<Record<string, string>>): string {
    for (const [name, script] of Object.entries(programs)) writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const script = `import(${module}).then(({ findPython }) => console.log(JSON.stringify(findPython()))).catch(({ message }) => console.log(message))`;
    return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { PATH: folder } }).stdout.trim();
  }

  it('is the first that is new enough', () => {
    expect(find({ python3: 'echo 3.9', 'python3.12': 'echo 3.12' })).toBe('{"command":"python3.12","version":"3.12"}');
  });

  it('rejects a machine without one', () => {
    expect(find({})).toMatch(/and there is no Python here\.$/);
  });

  it("rejects a version manager's shim with nothing behind it, in its own words", () => {
    expect(find({ python3: "echo; echo 'pyenv: python3: command not found' >&2; exit 127" })).toMatch(
      /found python3, which does not run \(pyenv: python3: command not found\)\.$/,
    );
  });

  it('rejects one that is too old, and one that cannot make environments', () => {
    expect(find({ python3: 'echo 3.9', python: 'case "$2" in *ensurepip*) exit 1;; *) echo 3.11;; esac' })).toMatch(
      /found python3 3\.9 \(too old\), python 3\.11 \(without venv\)\.$/,
    );
  });
});
