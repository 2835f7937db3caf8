/** A host, a domain or a mailbox with which names are compared (RFC 5280 4.2.1.10). */
export interface DomainConstraint {
  /** Lower case, without a leading period. */
  readonly domain: string;
  /** Whether the constraint has a leading period. It then covers the subdomains, but not the domain itself. */
  readonly below: boolean;
  /** Local part of a mailbox constraint. */
  readonly local?: string;
}

/** Matches the labels of a host name. Real certificates also contain underscores. */
const domainPattern = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.|$))*$/;

/**
 * Parses a constraint on host names. An empty constraint covers every name. RFC 5280 defines the leading period only for URIs and mail
 * addresses, but OpenSSL, NSS and Go accept it for DNS names too, and CAs rely on that.
 * @returns undefined if the text is not a domain; a wildcard is not allowed
 */
export function readDomain(text: string): DomainConstraint | undefined {
  const below = text.startsWith('.');
  const domain = hostOf(below ? text.slice(1) : text);
  return domainPattern.test(domain) && !(below && domain === '') ? { domain, below } : undefined;
}

/** Parses a constraint on mail addresses: a mailbox, a host, or a domain with a leading period. */
export function readMailbox(text: string): DomainConstraint | undefined {
  if (!text.includes('@')) return readDomain(text);
  const parts = splitMailbox(text);
  const domain = parts && readDomain(parts.host);
  return parts && domain && !domain.below ? { ...domain, local: parts.local } : undefined;
}

/**
 * Checks whether a dNSName is in a subtree. With `touches`, a wildcard matches if any name it covers is in the subtree: excluding
 * `www.example.com` excludes `*.example.com`.
 */
export function dnsNameWithin(name: string, constraint: DomainConstraint, how: 'inside' | 'touches'): boolean {
  const host = hostOf(name);
  if (hostWithin(host, constraint, true)) return true;
  if (how === 'inside' || !host.startsWith('*.')) return false;
  // The wildcard covers exactly one label, so only a domain with the same number of labels can match.
  const parent = constraint.domain.slice(constraint.domain.indexOf('.') + 1);
  return !constraint.below && parent === host.slice(2);
}

/**
 * Checks whether an rfc822Name is in a subtree.
 * @returns undefined if the name is not a mailbox
 */
export function mailboxWithin(name: string, constraint: DomainConstraint): boolean | undefined {
  const mailbox = splitMailbox(name);
  if (mailbox === undefined) return undefined;
  // RFC 5280 7.5: the local part is case-sensitive, the host is not.
  if (constraint.local !== undefined && constraint.local !== mailbox.local) return false;
  return hostWithin(hostOf(mailbox.host), constraint, false);
}

/**
 * Checks whether the host of a URI is in a subtree.
 * @returns undefined if the URI has no host, or its host is an address
 */
export function uriWithin(name: string, constraint: DomainConstraint): boolean | undefined {
  // RFC 3986 3.2: the authority follows the scheme; its host follows the user information and precedes the port.
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name)?.[1];
  const host = authority?.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  if (!host || host.startsWith('[') || /^[\d.]+$/.test(host)) return undefined;
  return hostWithin(hostOf(host), constraint, false);
}

/**
 * Checks whether an iPAddress is in a subtree, which is an address followed by a mask of the same length. False if the IP versions differ.
 */
export function ipAddressWithin(address: Uint8Array, subtree: Uint8Array): boolean {
  const { length } = address;
  if (subtree.length !== length * 2) return false;
  return address.every((octet, i) => ((octet ^ (subtree[i] as number)) & (subtree[length + i] as number)) === 0);
}

/** Checks whether the octets are an IPv4 or IPv6 address with a contiguous mask (RFC 4632 3.1). */
export function isContiguousMask(subtree: Uint8Array): boolean {
  if (subtree.length !== 8 && subtree.length !== 32) return false;
  const mask = [...subtree.subarray(subtree.length / 2)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return !mask.includes('01');
}

/**
 * Checks whether a host is in a domain.
 * @param deeper whether a constraint without a leading period also covers subdomains, as it does for DNS names
 */
function hostWithin(host: string, { domain, below }: DomainConstraint, deeper: boolean): boolean {
  if (domain === '') return true;
  if (host === domain) return !below;
  return (below || deeper) && host.endsWith(domain) && host[host.length - domain.length - 1] === '.';
}

function hostOf(text: string): string {
  // A trailing period only marks the name as absolute.
  return (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
}

function splitMailbox(text: string): { local: string; host: string } | undefined {
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) return undefined;
  const local = text.slice(0, at);
  // Only a quoted local part may contain another @ (RFC 2821 4.1.2).
  if (local.includes('@') && !(local.startsWith('"') && local.endsWith('"'))) return undefined;
  return { local, host: text.slice(at + 1) };
}
