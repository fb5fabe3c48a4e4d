import { describe, expect, it } from '@jest/globals';
import { addressPolicy, isAddressAllowed } from '../../../lambdas/notifications/address-policy.ts';

const strict = addressPolicy('false', '127.0.0.1:9001');
const local = addressPolicy('true', '127.0.0.1:9001');

const forbidden = [
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254', '169.254.169.254', '169.254.170.2',
  '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.7', '192.88.99.1', '192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1',
  '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255',
  '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::ffff:0:8.8.8.8', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1',
  '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '', 'not an address', '1.2.3', '1.2.3.4.5',
];
const allowed = ['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255', '223.255.255.255', '2606:4700:4700::1111', '2a00:1450::1'];

describe('the address policy', () => {
  it.each(forbidden)('refuses %p', (address) => {
    expect(isAddressAllowed(strict, address, 443)).toBe(false);
  });

  it.each(allowed)('allows %p', (address) => {
    expect(isAddressAllowed(strict, address, 443)).toBe(true);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1'])('allows %p only where the stage allows loopback, and never the port of the Lambda runtime', (address) => {
    expect(isAddressAllowed(local, address, 8080)).toBe(true);
    expect(isAddressAllowed(local, address, 9001)).toBe(false);
    expect(isAddressAllowed(strict, address, 8080)).toBe(false);
  });

  it('refuses private networks where the stage allows loopback, too', () => {
    for (const address of ['10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0', '::']) expect(isAddressAllowed(local, address, 8080)).toBe(false);
  });

  it.each(['127.0.0.1:9001', '[::1]:9001', 'localhost:9001'])('knows the port of the Lambda runtime from %p', (runtimeApi) => {
    expect(addressPolicy('true', runtimeApi)).toEqual({ allowLoopback: true, runtimePort: 9001 });
  });

  it.each([undefined, '', '127.0.0.1', '127.0.0.1:', '127.0.0.1:0', '127.0.0.1:-1', '127.0.0.1:1.5', '127.0.0.1:http'])('knows no port of the Lambda runtime from %p', (runtimeApi) => {
    expect(addressPolicy('true', runtimeApi)).toEqual({ allowLoopback: true });
  });

  it.each(['', 'TRUE', '1', 'yes', 'false'])('takes the setting %p for no', (setting) => {
    expect(addressPolicy(setting, undefined)).toEqual({ allowLoopback: false });
  });
});
