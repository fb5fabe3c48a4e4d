import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { howToGoOn, quoted } from '../../../local/go-on.ts';

const about = {
  caFile: "/home/o'neil/my shop/.local/ca.crt",
  endpoint: 'https://127.0.0.1:4566',
  apiBaseUrl: 'https://127.0.0.1:4566/restapis/abc/live/_user_request_',
  tokenUrl: 'https://127.0.0.1:4566/oauth2/token',
  clientId: 'client',
  clientSecret: 'secret',
  payerAccountId: 'acc_payer',
  payeeAccountId: 'acc_payee',
  paymentId: 'pay_demo',
};

const inShell = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8' });

/** The printed commands, with programs that print their arguments, one in a line, instead of curl and npm. */
const run = (): string =>
  inShell(`curl() { printf '%s\\n' "$@"; }; npm() { printf '%s\\n' "$NODE_EXTRA_CA_CERTS" "$API $*"; }
${howToGoOn(about).split('\n').filter((line) => line.startsWith('  ')).join('\n')}`);

describe('the commands printed for going on by hand', () => {
  it.each(["it's", 'two words', '$HOME', '"', '\\', '`id`'])('quotes %s for the shell', (text) => {
    expect(inShell(`printf %s ${quoted(text)}`)).toBe(text);
  });

  it('are commands that the shell understands, with a path that has spaces and quotes', () => {
    const lines = run().split('\n');
    const paths = lines.filter((line) => line.includes('neil'));
    expect(new Set(paths)).toEqual(new Set([about.caFile]));
    expect(lines).toContain(`${about.apiBaseUrl}/v1/events`);
  });

  it('explain the payment of the demo, with the API that was exported', () => {
    expect(run().split('\n')).toContain(`${about.apiBaseUrl} run explain -- pay_demo`);
  });

  it('have a whole payment between the accounts of the demo', () => {
    const body = run().split('\n').find((line) => line.startsWith('{'));
    expect(JSON.parse(body ?? '')).toMatchObject({ payerAccountId: 'acc_payer', payeeAccountId: 'acc_payee' });
  });
});
