import { dirname, resolve } from 'node:path';
import { OutputError } from '../../errors.js';
import { collectNames } from '../../x509/name/certificate-names.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { Host } from '../host.js';
import type { Result } from './output-files.js';

/** A host name as certificates have them, with a wildcard at most in front: nothing that a shell would interpret. */
const hostName = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;

/** What has changed, for the deploy hook. */
export interface Renewal {
  readonly files: readonly string[];
  readonly domains: readonly string[];
}

/**
 * The environment of the deploy hook. certbot's variables, so that hooks written for certbot run unchanged: `RENEWED_LINEAGE` is the
 * directory of the files (several with `--layout certbot` of several keystores: a line each), `RENEWED_DOMAINS` the names of the
 * certificates, separated by spaces. `JKS2PEM_FILES` has a line for each file. Variables that held passwords are left out.
 * @throws {OutputError} if the name of a file has a line feed and would read as two
 */
export function hookEnvironment(
  { files, domains }: Renewal,
  secretVariables: readonly string[],
  host: Host,
): Record<string, string> {
  const paths = files.map((file) => resolve(file));
  const odd = paths.find((path) => path.includes('\n'));
  if (odd !== undefined) throw new OutputError(`${odd}: a deploy hook takes no file name with a line feed`);
  const inherited = Object.entries(host.wholeEnvironment()).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !secretVariables.includes(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    RENEWED_LINEAGE: [...new Set(paths.map((path) => dirname(path)))].join('\n'),
    RENEWED_DOMAINS: domains.join(' '),
    JKS2PEM_FILES: paths.join('\n'),
  };
}

/**
 * The host names of a result's certificates, each once: the alternative names of each leaf, or its common name if there are none and it
 * looks like a host name.
 */
export function domainsOf(result: Result): string[] {
  const leaves = 'groups' in result ? result.groups.flatMap(({ path }) => path.certificates.slice(0, 1)) : [];
  const names = leaves.flatMap((leaf) => {
    const { parts, extensions } = withParts(leaf);
    return collectNames(parts.subject, extensions.subjectAltName ?? [], true).all.map(({ name }) => name);
  });
  return [...new Set(names.filter(({ kind, text }) => kind === 'dns' && hostName.test(text)).map(({ text }) => text))];
}
