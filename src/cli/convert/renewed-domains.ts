import { isWindows } from '../../deploy/windows.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { constrainedNamesOf } from '../../x509/name/constrained-names.js';
import { withParts } from '../../x509/parse-certificate.js';
import { ifReadable } from '../../x509/tolerate-malformed.js';

/** Matches a host name in a certificate. The `*` of a wildcard is the only character in it that shells interpret. */
const hostName = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
/** Maximum number of characters of a host name: two less than its 255 octets in a DNS message (RFC 1035 3.1). */
const longestName = 253;
/**
 * Maximum number of characters of RENEWED_DOMAINS: somewhat less than the system allows for a variable and its name, which is 32,767 on
 * Windows and 131,072 on Linux. The 100 names that Let's Encrypt allows in a certificate always fit.
 */
const longestVariable = isWindows ? 30_000 : 100_000;

/** Returns the distinct host names that fit in one environment variable, and the number of the others. */
export function fittingDomains(names: Iterable<string>): { readonly names: string[]; readonly left: number } {
  const all = [...new Set(names)];
  let length = 0;
  const fitting = all.findIndex((name) => (length += name.length + 1) > longestVariable);
  return fitting < 0 ? { names: all, left: 0 } : { names: all.slice(0, fitting), left: all.length - fitting };
}

/**
 * Returns the host names of leaves for the deploy hook (see {@link domainNamesOf}), and a warning if not all of them fit into
 * RENEWED_DOMAINS.
 * @param isWanted whether there is a hook; otherwise no names are returned
 */
export function domainsOf(
  leaves: readonly Certificate[],
  isWanted: boolean,
): { readonly domains: readonly string[]; readonly warnings: readonly Warning[] } {
  if (!isWanted) return { domains: [], warnings: [] };
  const { names, left } = fittingDomains(leaves.flatMap(domainNamesOf));
  if (left === 0) return { domains: names, warnings: [] };
  return { domains: names, warnings: [{ code: 'WARN_DOMAINS_CUT', message: domainsCut(left) }] };
}

/** Formats the message about names that are not passed to the hook. */
export function domainsCut(left: number): string {
  return `RENEWED_DOMAINS is truncated: ${left.toLocaleString('en-US')} more names do not fit into an environment variable`;
}

/** Returns the DNS names of a leaf; if it has none, its common names. Texts that do not look like a host name are left out. */
export function domainNamesOf(leaf: Certificate): string[] {
  const { parts, extensions } = withParts(leaf);
  const alternatives = ifReadable(() => extensions.subjectAltName) ?? [];
  return constrainedNamesOf(parts.subject, alternatives, true).all.flatMap(({ name: { kind, text } }) =>
    kind === 'dns' && text.length <= longestName && hostName.test(text) ? [text] : [],
  );
}
