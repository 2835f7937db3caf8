import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/**
 * Networks that are not globally reachable: those in IANA's special-purpose address registries (RFC 6890), multicast, and the deprecated
 * site-local addresses (fec0::/10, which is part of fe80::/9). If they were allowed, a URL in an untrusted certificate could make this host
 * send requests to its own network. IPv6 networks that embed an IPv4 address (NAT64, 6to4, Teredo) are in the list as a whole. An
 * IPv4-mapped address is treated as the embedded IPv4 address.
 */
const privateNetworks: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  // ::/96 contains the unspecified address, the loopback address and the deprecated IPv4-compatible addresses.
  ['::', 96, 'ipv6'],
  // IPv4-translated addresses (RFC 2765 2.1), which the registry does not list.
  ['::ffff:0:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  ['5f00::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 9, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const blocked = new BlockList();
for (const [network, prefix, family] of privateNetworks) blocked.addSubnet(network, prefix, family);

/** Checks whether a text is an IP address outside the {@link privateNetworks}. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !blocked.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Resolves a host to its addresses.
 * @param host a name, or an address as in a URL, with brackets around IPv6
 * @param allowPrivate whether addresses of private networks are allowed
 * @throws {Error} if the host has no address, or if one of its addresses is private and `allowPrivate` is false
 */
export async function resolveHost(host: string, allowPrivate: boolean): Promise<LookupAddress[]> {
  const name = host.replace(/^\[|\]$/g, '');
  const family = isIP(name);
  const addresses = family === 0 ? await lookup(name, { all: true }) : [{ address: name, family }];
  const hidden = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
  if (hidden)
    throw new Error(`${hidden.address} is not a public address; --fetch-private (fetchPrivate) allows private ones`);
  return addresses;
}
