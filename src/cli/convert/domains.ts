import { isWindows } from '../../deploy/windows.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { collectNames } from '../../x509/name/certificate-names.js';
import { withParts } from '../../x509/parse-certificate.js';
import { ifReadable } from '../../x509/readable.js';

/** A host name as certificates have them, with a wildcard at most in front: nothing that a shell would interpret. */
const hostName = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
/** DNS allows 253 characters (RFC 1035 3.1), so longer names are no host names. */
const longestName = 253;
/** Windows passes on variables of up to 32,767 characters, Linux four times as many; certificates of public CAs have 100 names at most. */
const longestVariable = isWindows ? 30_000 : 100_000;

/** The host names of the leaves that fit into one environment variable, each once, and how many do not. */
export function fittingDomains(names: Iterable<string>): { readonly names: string[]; readonly left: number } {
  const all = [...new Set(names)];
  let length = 0;
  const fitting = all.findIndex((name) => (length += name.length + 1) > longestVariable);
  return fitting < 0 ? { names: all, left: 0 } : { names: all.slice(0, fitting), left: all.length - fitting };
}

/**
 * The host names of some leaves for the deploy hook: the alternative names of each, or its common name if there are none and it looks
 * like a host name.
 * @param isWanted whether there is a hook
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

/** For people: how many names the hook does not get. */
export function domainsCut(left: number): string {
  return `RENEWED_DOMAINS is cut: ${left.toLocaleString('en-US')} more names do not fit into an environment variable`;
}

/** The alternative names of a leaf that are host names, or its common name. */
export function domainNamesOf(leaf: Certificate): string[] {
  const { parts, extensions } = withParts(leaf);
  const alternatives = ifReadable(() => extensions.subjectAltName) ?? [];
  return collectNames(parts.subject, alternatives, true).all.flatMap(({ name: { kind, text } }) =>
    kind === 'dns' && text.length <= longestName && hostName.test(text) ? [text] : [],
  );
}
