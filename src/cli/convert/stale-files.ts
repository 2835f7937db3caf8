import { join } from 'node:path';
import type { Warning } from '../../warnings.js';
import type { Host } from '../host.js';
import type { OutputFile } from './output-files.js';

/** Names that the message shows. */
const shownNames = 5;

/** A warning if the directory has certificate files that this keystore did not give: they may be of entries that were removed. */
export function staleFiles(directory: string, files: readonly OutputFile[], host: Host): Warning[] {
  const own = new Set(files.map(({ name }) => name));
  const stale = host.namesIn(directory).filter((name) => name.endsWith('.crt') && !own.has(name));
  if (stale.length === 0) return [];
  const shown = stale
    .sort()
    .slice(0, shownNames)
    .map((name) => join(directory, name))
    .join(', ');
  const more = stale.length > shownNames ? ` and ${stale.length - shownNames} more` : '';
  return [{ code: 'WARN_FILE_STALE', message: `the keystore has no entry for ${shown}${more}` }];
}
