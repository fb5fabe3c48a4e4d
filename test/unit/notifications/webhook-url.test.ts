import { describe, expect, it } from '@jest/globals';
import { addressPolicy } from '../../../lambdas/notifications/address-policy.ts';
import { isDestinationAllowed, parseWebhookUrl, webhookUrlSchema } from '../../../lambdas/notifications/webhook-url.ts';
import type { AddressPolicy } from '../../../lambdas/notifications/address-policy.ts';

const strict = addressPolicy('false', undefined);
const local = addressPolicy('true', '127.0.0.1:9001');

const isValid = (url: string): boolean => webhookUrlSchema.safeParse(url).success;
const isAllowed = (policy: AddressPolicy, url: string): boolean => {
  const destination = parseWebhookUrl(url);
  return destination !== undefined && isDestinationAllowed(policy, destination);
};

describe('the syntax of a webhook URL', () => {
  it.each([
    '', 'example.com', '//example.com/x', '/hook', 'ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://example.com',
    'ftp://localhost:8080/hook', 'ws://127.0.0.1:8080/hook', 'http://example.com/hook', 'http://10.0.0.1/hook', 'https://user@example.com/', 'https://user:password@example.com/', 'https://:password@example.com/',
    'https://example.com/#part', 'https://exa mple.com/', 'https://example.com:99999/', 'https://', 'https://[::1%25lo]/', `https://example.com/${'x'.repeat(2_048)}`,
  ])('refuses %p', (url) => {
    expect(isValid(url)).toBe(false);
  });

  it.each(['https://example.com', 'https://example.com/hook?tenant=1', 'https://example.com:8443/', 'https://8.8.8.8/', 'http://127.0.0.1:8080/hook', 'http://localhost:8080/'])('accepts %p', (url) => {
    expect(isValid(url)).toBe(true);
  });

  it('may have 2,048 characters', () => {
    const longest = `https://example.com/${'x'.repeat(2_028)}`;
    expect([isValid(longest), isValid(`${longest}x`)]).toEqual([true, false]);
    expect([parseWebhookUrl(longest)?.path.length, parseWebhookUrl(`${longest}x`)]).toEqual([2_029, undefined]);
  });

  it('is told to a caller who breaks it', () => {
    const told = (url: string): unknown => webhookUrlSchema.safeParse(url).error?.issues.map(({ message }) => message);
    expect(told('http://example.com/')).toEqual(['must be an https URL without credentials and fragment']);
    expect(told(`https://example.com/${'x'.repeat(2_048)}`)).toContain('must be at most 2048 characters');
  });
});

describe('where a webhook URL leads', () => {
  it.each([
    'https://127.0.0.1/', 'https://127.1/', 'https://0x7f.0.0.1/', 'https://0x7f000001/', 'https://2130706433/', 'https://0177.0.0.1/', 'https://127.0.0.1./', 'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/', 'https://[::1]/', 'https://[0:0:0:0:0:0:0:1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:a00:1]/', 'https://[::]/', 'https://0/', 'https://0.0.0.0/',
    'https://localhost/', 'https://LOCALHOST/', 'https://localhost./', 'https://ⓛocalhost/', 'https://api.localhost/', 'https://169.254.169.254/latest/meta-data/', 'https://0xa9fea9fe/',
    'https://[fd00:ec2::254]/', 'https://[fe80::1]/', 'https://10.1.2.3/', 'https://172.16.0.1/', 'https://192.168.1.1/', 'https://100.64.0.1/', 'https://224.0.0.1/', 'https://[64:ff9b::a00:1]/',
    'https://[2002:a00:1::]/', 'http://127.0.0.1:8080/', 'http://localhost:8080/', 'http://example.com/', 'http://8.8.8.8:8080/',
    'https://example.com:22/', 'https://example.com:25/', 'https://example.com:80/', 'https://example.com:1023/', 'https://example.com:0/',
  ])('refuses %p', (url) => {
    expect(isAllowed(strict, url)).toBe(false);
  });

  it.each(['https://example.com/', 'https://example.com:1024/', 'https://8.8.8.8/', 'https://[2606:4700:4700::1111]:8443/hook', 'https://localhost.example.com/', 'https://mylocalhost/'])('allows %p', (url) => {
    expect(isAllowed(strict, url)).toBe(true);
  });

  it('allows plain http to loopback only where the stage allows loopback, and never the port of the Lambda runtime', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', 'hooks.localhost']) {
      expect(isAllowed(local, `http://${host}:8080/`)).toBe(true);
      expect(isAllowed(local, `http://${host}:9001/`)).toBe(false);
    }
    for (const url of ['http://example.com:8080/', 'http://10.0.0.1:8080/', 'https://10.0.0.1:8080/', 'http://127.0.0.1/']) expect(isAllowed(local, url)).toBe(false);
  });

  it('keeps path and query, and takes the brackets from an IPv6 host', () => {
    expect(parseWebhookUrl('https://[2606:4700::1]:8443/a/b?c=d')).toEqual({ protocol: 'https:', host: '2606:4700::1', port: 8443, path: '/a/b?c=d' });
  });
});
