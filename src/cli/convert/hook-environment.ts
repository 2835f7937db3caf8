import { dirname, resolve } from 'node:path';
import { isWindows } from '../../deploy/windows.js';
import { OutputError } from '../../errors.js';
import type { Host } from '../host.js';
import { domainsCut, fittingDomains } from './renewed-domains.js';

/** What the deploy hook gets: the paths of the changed files, and the host names of their leaves. */
export interface Renewal {
  readonly files: readonly string[];
  readonly domains: readonly string[];
}

/**
 * Returns the environment of the deploy hook. It has certbot's variables, so that hooks written for certbot run unchanged:
 * `RENEWED_LINEAGE` is the directory of the files (with several directories, one per line), and `RENEWED_DOMAINS` contains the host names,
 * separated by spaces. `JKS2PEM_FILES` contains the files, one per line. The other variables of this process are passed on.
 * @param secretVariables names of variables that are not passed on, because they may contain passwords
 * @param warn called if the host names do not fit into the variable
 * @throws {OutputError} if a file name contains a line feed, which would look like two names
 */
export function hookEnvironment(
  { files, domains }: Renewal,
  secretVariables: readonly string[],
  host: Host,
  warn: (message: string) => void,
): Record<string, string> {
  const paths = files.map((file) => resolve(file));
  const odd = paths.find((path) => path.includes('\n'));
  if (odd !== undefined)
    throw new OutputError(`${odd}: a file name with a line feed cannot be passed to a deploy hook`);
  // On Windows, the names of variables are not case-sensitive.
  const sameCase = (name: string) => (isWindows ? name.toUpperCase() : name);
  const secrets = new Set(secretVariables.map(sameCase));
  const inherited = Object.entries(host.wholeEnvironment()).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !secrets.has(sameCase(entry[0])),
  );
  const { names, left } = fittingDomains(domains);
  if (left > 0) warn(domainsCut(left));
  return {
    ...Object.fromEntries(inherited),
    RENEWED_LINEAGE: [...new Set(paths.map((path) => dirname(path)))].join('\n'),
    RENEWED_DOMAINS: names.join(' '),
    JKS2PEM_FILES: paths.join('\n'),
  };
}
