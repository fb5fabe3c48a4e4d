import { lookup } from 'node:dns/promises';
import type { ResolveAddresses } from './address-resolver.ts';

/** As the connection itself would ask: hosts file and resolver of the machine. */
export const dnsAddressResolver: ResolveAddresses = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};
