import type { SmtpdService } from '../configuration/smtpd-service.js';
import { chainFiles } from './certificate-source.js';

/**
 * Returns the paths that were probably meant if white space or a comma in a file name splits it into several paths. The parts are joined by
 * hyphens, which gives the proposed new name. Undefined if every part looks like a path or exists.
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
  /** The first part that is not a path. */
  readonly fragment: string;
  /** The value that was probably meant. */
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
