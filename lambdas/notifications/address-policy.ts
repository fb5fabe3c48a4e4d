import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Which addresses webhooks may be sent to. */
export interface AddressPolicy {
  /** Only on the local engine, where the receiver runs on the same machine. */
  readonly allowLoopback: boolean;
  /** Port of the Lambda runtime API: whoever can post to it can answer for the function. */
  readonly runtimePort?: number;
}

/**
 * @param allowLoopback the stage setting, `true` or `false`
 * @param runtimeApi `host:port`, as Lambda gives it
 */
export const addressPolicy = (allowLoopback: string, runtimeApi: string | undefined): AddressPolicy => {
  const port = Number(runtimeApi?.split(':').at(-1));
  return { allowLoopback: allowLoopback === 'true', ...(Number.isInteger(port) && port > 0 ? { runtimePort: port } : {}) };
};

const blockListOf = (family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    // Stryker disable next-line StringLiteral: every range has both parts.
    const [network = '', prefix = ''] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
};

/**
 * IANA's IPv4 special-purpose registry: this network, private, CGNAT, loopback, link-local (metadata), protocols,
 * documentation, 6to4, benchmarks, multicast, reserved.
 */
const specialIpv4 = blockListOf('ipv4', [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
]);
/** Everything else is local, mapped, translated, multicast or not assigned: allowing one range refuses them all, the unknown too. */
const globalIpv6 = blockListOf('ipv6', ['2000::/3']);
/** Inside it, what is not an ordinary host or leads to an embedded IPv4 address: Teredo and protocols, documentation, 6to4. */
const specialIpv6 = blockListOf('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);
const loopbackIpv4 = blockListOf('ipv4', ['127.0.0.0/8']);

export const isLoopback = (address: string): boolean => (isIPv4(address) ? loopbackIpv4.check(address) : address === '::1');

const isGlobal = (address: string): boolean => {
  if (isIPv4(address)) return !specialIpv4.check(address);
  // Stryker disable next-line StringLiteral: Node takes every other family than ipv4 for ipv6.
  return isIPv6(address) && globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
};

/** Whether a connection to this address and port may be made. */
export const isAddressAllowed = (policy: AddressPolicy, address: string, port: number): boolean =>
  isLoopback(address) ? policy.allowLoopback && port !== policy.runtimePort : isGlobal(address);
