import type { SmtpdService } from '../configuration/smtpd-service.js';
import { chainFiles } from './certificate-source.js';

/**
 * Proposes a new value of smtpd_tls_chain_files if white space or a comma in a file name splits it into several paths. The parts are joined
 * by hyphens. Undefined if every path after the first begins with a slash or is the path of an existing file.
 */
export function meantPaths(service: SmtpdService): MeantPaths | undefined {
  const known = meant.get(service);
  if (known !== undefined) return known.paths;
  const paths = findMeantPaths(service);
  meant.set(service, { paths });
  return paths;
}

/** Cached, because the result is needed for each file, of which there may be thousands. */
const meant = new WeakMap<SmtpdService, { readonly paths: MeantPaths | undefined }>();

interface MeantPaths {
  /** The first part of a split file name: a path after the first one that neither begins with a slash nor exists. */
  readonly fragment: string;
  /** The proposed value of smtpd_tls_chain_files. */
  readonly value: string;
}

function findMeantPaths(service: SmtpdService): MeantPaths | undefined {
  const paths = chainFiles(service);
  const isFragment = (path: string) => !path.startsWith('/') && service.file(path) === undefined;
  const fragment = paths.slice(1).find(isFragment);
  if (fragment === undefined) return undefined;
  const joined: string[] = [];
  for (const path of paths) {
    if (joined.length > 0 && isFragment(path)) joined.push(`${joined.pop()}-${path}`);
    else joined.push(path);
  }
  return { fragment, value: joined.join(', ') };
}
