import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');
/** Nothing listens there. */
const NOBODY = 'http://127.0.0.1:1';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A command as a process, as a person runs it, with nothing of this shell but the path. */
const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts', `${command}.ts`), ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    });
    let [out, error] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, error }));
  });

const commands = [['explain', ['pay_1']], ['dead-letters', ['list']], ['republish', ['--since', '2026-11-22T00:00:00Z']]] as const;

describe.each(commands)('npm run %s', (command, args) => {
  it('tells its usage when asked, exit code 0, and when it does not understand, exit code 2', async () => {
    const [help, unknown, nothing] = await Promise.all([run(command, ['--help']), run(command, ['--bogus']), run(command, [])]);
    expect([help.code, help.error]).toEqual([0, '']);
    expect(help.out).toContain(`npm run ${command} -- `);
    expect([unknown.code, nothing.code, unknown.out, nothing.out]).toEqual([2, 2, '', '']);
    expect(unknown.error).toMatch(/^Unknown option '--bogus'/);
    expect(nothing.error).toMatch(/^Say /);
    for (const { error } of [unknown, nothing]) expect(error).toContain(help.out.trim());
  });

  it('says in words what is missing or does not answer, exit code 1', async () => {
    const [alone, unsigned, down] = await Promise.all([
      run(command, args), run(command, args, { API: NOBODY }), run(command, args, { API: NOBODY, TOKEN: 'given' }),
    ]);
    expect([alone.code, unsigned.code, down.code]).toEqual([1, 1, 1]);
    expect(alone.error).toMatch(/^CloudFormation cannot be asked for PaymentPipeline-dev-Data: Region is missing\. .*\nWithout AWS: set \$API and \$TOKEN/);
    expect(unsigned.error).toMatch(/^There is no token, and no client to get one for\./);
    expect(down.error).toMatch(/^http:\/\/127\.0\.0\.1:1 does not answer: /);
    for (const { out, error } of [alone, unsigned, down]) {
      expect(out).toBe('');
      expect(error).not.toMatch(/^ {4}at /m);
    }
  });
});

describe('npm run tenants', () => {
  it('tells its usage when asked, exit code 0, and when it does not understand, exit code 1', async () => {
    const [help, nothing] = await Promise.all([run('tenants', ['--help']), run('tenants', [])]);
    expect([help.code, help.error]).toEqual([0, '']);
    expect(help.out).toMatch(/^npm run tenants -- <command>[^]*revoke --client/);
    expect([nothing.code, nothing.out, nothing.error]).toEqual([1, '', help.out]);
  });
});
