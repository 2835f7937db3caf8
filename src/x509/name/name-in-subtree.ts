/** A host, domain or mailbox that names are held against (RFC 5280 4.2.1.10). */
export interface DomainConstraint {
  /** Lower case, without a leading period. */
  readonly domain: string;
  /** Written with a leading period: what lies below the domain, not the domain itself. */
  readonly below: boolean;
  /** Of a mailbox constraint: what stands before the `@`. */
  readonly local?: string;
}

/** Labels as hosts have them; the underscore occurs in real certificates. */
const domainPattern = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.|$))*$/;

/**
 * A constraint on host names. RFC 5280 knows the leading period for URIs and mail only, but OpenSSL, NSS and Go
 * understand it for DNS names, and CAs rely on that. Empty: every name.
 * @returns undefined for what is no domain, such as one with a wildcard
 */
export function readDomain(text: string): DomainConstraint | undefined {
  const below = text.startsWith('.');
  const domain = hostOf(below ? text.slice(1) : text);
  return domainPattern.test(domain) && !(below && domain === '') ? { domain, below } : undefined;
}

/** A constraint on mailboxes: a mailbox, a host, or with a leading period a domain. */
export function readMailbox(text: string): DomainConstraint | undefined {
  if (!text.includes('@')) return readDomain(text);
  const parts = splitMailbox(text);
  const domain = parts && readDomain(parts.host);
  return parts && domain && !domain.below ? { ...domain, local: parts.local } : undefined;
}

/**
 * Whether a dNSName lies in a subtree. `touches` asks whether any of the names that a wildcard stands for does:
 * `*.example.com` is kept out by an exclusion of `www.example.com`.
 */
export function dnsNameWithin(name: string, constraint: DomainConstraint, how: 'inside' | 'touches'): boolean {
  const host = hostOf(name);
  if (hostWithin(host, constraint, true)) return true;
  if (how === 'inside' || !host.startsWith('*.')) return false;
  // The wildcard stands for one label, so only a base of as many labels can be met.
  const parent = constraint.domain.slice(constraint.domain.indexOf('.') + 1);
  return !constraint.below && parent === host.slice(2);
}

/** Whether an rfc822Name lies in a subtree; undefined if it is no mailbox. */
export function mailboxWithin(name: string, constraint: DomainConstraint): boolean | undefined {
  const mailbox = splitMailbox(name);
  if (mailbox === undefined) return undefined;
  // RFC 5280 7.5: the local part as it is, the host without regard to case.
  if (constraint.local !== undefined && constraint.local !== mailbox.local) return false;
  return hostWithin(hostOf(mailbox.host), constraint, false);
}

/** Whether the host of a URI lies in a subtree; undefined if its host is missing or an address. */
export function uriWithin(name: string, constraint: DomainConstraint): boolean | undefined {
  // RFC 3986 3.2: scheme, authority; of that, what lies between user information and port.
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name)?.[1];
  const host = authority?.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  if (!host || host.startsWith('[') || /^[\d.]+$/.test(host)) return undefined;
  return hostWithin(hostOf(host), constraint, false);
}

/** Whether an iPAddress lies in a subtree of address and mask. Addresses of the other length do not. */
export function ipAddressWithin(address: Uint8Array, subtree: Uint8Array): boolean {
  const { length } = address;
  if (subtree.length !== length * 2) return false;
  return address.every((octet, i) => ((octet ^ (subtree[i] ?? 0)) & (subtree[length + i] ?? 0xff)) === 0);
}

/** Whether octets are an IPv4 or IPv6 address with a mask of ones before zeros (RFC 4632 3.1). */
export function isContiguousMask(subtree: Uint8Array): boolean {
  if (subtree.length !== 8 && subtree.length !== 32) return false;
  const mask = [...subtree.subarray(subtree.length / 2)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return !mask.includes('01');
}

/** @param deeper whether a constraint without a leading period covers what lies below it, as for DNS names */
function hostWithin(host: string, { domain, below }: DomainConstraint, deeper: boolean): boolean {
  if (domain === '') return true;
  if (host === domain) return !below;
  return (below || deeper) && host.endsWith(domain) && host[host.length - domain.length - 1] === '.';
}

function hostOf(text: string): string {
  // A trailing period only says that the name is complete.
  return (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
}

function splitMailbox(text: string): { local: string; host: string } | undefined {
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) return undefined;
  const local = text.slice(0, at);
  // Only a quoted local part may hold another @ (RFC 2821 4.1.2).
  if (local.includes('@') && !(local.startsWith('"') && local.endsWith('"') && local.length > 2)) return undefined;
  return { local, host: text.slice(at + 1) };
}
