import { dirname, resolve } from 'node:path';
import type { Destination } from './destination.js';
import { domainsOf } from './domains.js';
import type { Host } from './host.js';
import type { Result } from './output-files.js';

/**
 * What a deploy hook is told, in certbot's words, so that hooks written for certbot run as they are:
 * `RENEWED_LINEAGE` is the directory of the files and `RENEWED_DOMAINS` the names of the certificate, a space between.
 * `JKS2PEM_FILES` names the files, a line each. Variables that held passwords are taken out.
 */
export function hookEnvironment(
  result: Result,
  files: readonly string[],
  { out, layout, secretVariables }: Destination,
  host: Host,
): Record<string, string> {
  const leaves = 'groups' in result ? result.groups.flatMap(({ path }) => path.certificates.slice(0, 1)) : [];
  const inherited = Object.entries(host.wholeEnvironment()).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !secretVariables.includes(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    RENEWED_LINEAGE: layout === 'certbot' ? resolve(out) : dirname(resolve(out)),
    RENEWED_DOMAINS: domainsOf(leaves).join(' '),
    JKS2PEM_FILES: files.map((file) => resolve(file)).join('\n'),
  };
}
