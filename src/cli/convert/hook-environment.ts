import { resolve } from 'node:path';
import type { Host } from '../host.js';

/** What has changed, for a deploy hook. */
export interface Renewal {
  /** Directories that hold the files: one, unless several with certbot's names have changed at once. */
  readonly directories: readonly string[];
  readonly domains: readonly string[];
  readonly files: readonly string[];
}

/**
 * What a deploy hook is told, in certbot's words, so that hooks written for certbot run as they are:
 * `RENEWED_LINEAGE` is the directory of the files and `RENEWED_DOMAINS` the names of the certificate, a space between.
 * `JKS2PEM_FILES` names the files, a line each. Variables that held passwords are taken out.
 */
export function hookEnvironment(
  { directories, domains, files }: Renewal,
  secretVariables: readonly string[],
  host: Host,
): Record<string, string> {
  const inherited = Object.entries(host.wholeEnvironment()).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !secretVariables.includes(entry[0]),
  );
  const lines = (paths: readonly string[]) => paths.map((path) => resolve(path)).join('\n');
  return {
    ...Object.fromEntries(inherited),
    RENEWED_LINEAGE: lines(directories),
    RENEWED_DOMAINS: domains.join(' '),
    JKS2PEM_FILES: lines(files),
  };
}
