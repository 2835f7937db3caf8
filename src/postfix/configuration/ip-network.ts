/** A block of IP addresses. */
export interface Network {
  readonly text: string;
  readonly address: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
}

/**
 * Parses `192.0.2.0/24`, `[2001:db8::]/32` or a single address; undefined for other texts. An IPv4-mapped IPv6 address becomes an IPv4
 * address.
 */
export function parseNetwork(text: string): Network | undefined {
  const [, bracketed, plain, length] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|[0-9a-fA-F:]+:[0-9a-fA-F:.]*))(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const written = bracketed ?? plain;
  if (written === undefined) return undefined;
  const isV6 = written.includes(':');
  const address = isV6 ? parseV6(written) : parseV4(written);
  const bits = isV6 ? 128 : 32;
  const prefix = length === undefined ? bits : Number(length);
  if (address === undefined || prefix > bits) return undefined;
  const mapped = isV6 && prefix >= 96 && address >> 32n === 0xffffn;
  if (mapped) return { text, address: address & 0xffffffffn, prefix: prefix - 96, bits: 32 };
  return { text, address, prefix, bits };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted ? parseV4(dotted[2] as string) : undefined;
  if (dotted && tail === undefined) return undefined;
  const hex =
    dotted && tail !== undefined ? `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}` : text;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - groups.flat().length;
  if (
    groups.flat().some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group)) ||
    (halves.length === 1 ? missing !== 0 : missing < 1)
  )
    return undefined;
  const all = [...(groups[0] ?? []), ...Array<string>(Math.max(missing, 0)).fill('0'), ...(groups[1] ?? [])];
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** Checks whether the outer block contains all addresses of the inner one. */
export function contains(outer: Network, inner: Network): boolean {
  if (outer.bits !== inner.bits || outer.prefix > inner.prefix) return false;
  const shift = BigInt(outer.bits - outer.prefix);
  return outer.address >> shift === inner.address >> shift;
}

/**
 * Addresses that the Internet does not route: loopback, private and link-local addresses (RFC 6890, RFC 4193), and the shared address space
 * of carriers (RFC 6598).
 */
const privateNetworks = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '[::1]',
  '[fc00::]/7',
  '[fe80::]/10',
].map((text) => parseNetwork(text) as Network);

export function isPrivate(network: Network): boolean {
  return privateNetworks.some((outer) => contains(outer, network));
}

/**
 * The smallest prefix length of a public network that is assumed to belong to one site, by address length in bits. Registries usually
 * allocated blocks of at least this size to a provider. A larger network probably contains hosts of strangers.
 */
export const widestPublic = { 32: 20, 128: 32 } as const;
