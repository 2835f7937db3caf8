import { collectNames } from '../../x509/name/certificate-names.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { Result } from './output-files.js';

/** A host name as certificates have them, a wildcard at most in front: nothing that a shell would take apart. */
const hostName = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;

/** The host names that a result's certificates are for, each once: their alternative names, or else the common name, if it looks like one. */
export function domainsOf(result: Result): string[] {
  const leaves = 'groups' in result ? result.groups.flatMap(({ path }) => path.certificates.slice(0, 1)) : [];
  const names = leaves.flatMap((leaf) => {
    const { parts, extensions } = withParts(leaf);
    return collectNames(parts.subject, extensions.subjectAltName ?? [], true).all.map(({ name }) => name);
  });
  return [...new Set(names.filter(({ kind, text }) => kind === 'dns' && hostName.test(text)).map(({ text }) => text))];
}
