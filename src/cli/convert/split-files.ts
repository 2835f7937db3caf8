import { join } from 'node:path';
import type { EntriesConversionResult } from '../../convert/convert-entries.js';
import type { TrustedConversionResult } from '../../convert/convert-trusted.js';
import { toBundleWith, toCertificateFile } from '../../pem/bundle.js';
import type { Warning } from '../../warnings.js';
import type { Host } from '../host.js';
import type { OutputFile } from './output-files.js';

/** Bytes of a file name that are kept; ext4, XFS and APFS allow 255, and a number and an extension may follow. */
const longestName = 200;

/** Names for the files of `--split`: of each alias one that every file system takes, and no name twice in one run. */
export class SplitNames {
  readonly #used = new Set<string>();

  /**
   * The alias with `_` for each byte outside `[A-Za-z0-9._-]` and for a leading dot, so that no alias leaves the directory or is hidden.
   * If the name is taken, `-2` and so on follow it.
   */
  nameFor(alias: string, extension: string): string {
    const bytes = Buffer.from(alias, 'utf8').toString('latin1').slice(0, longestName);
    const stem = bytes.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\./, '_') || '_';
    for (let number = 1; ; number++) {
      const name = `${stem}${number === 1 ? '' : `-${number}`}${extension}`;
      // macOS and Windows do not tell letters by their case.
      const key = name.toLowerCase();
      if (this.#used.has(key)) continue;
      this.#used.add(key);
      return name;
    }
  }
}

/** The files of a truststore: a certificate each, as update-ca-certificates(8) takes them. */
export function trustedFiles({ entries }: Pick<TrustedConversionResult, 'entries'>, names: SplitNames): OutputFile[] {
  return entries.map(({ alias, certificate }) => {
    const content = toCertificateFile([certificate]);
    return { name: names.nameFor(alias, '.crt'), content, isSecret: false };
  });
}

/** The files of a keystore: a bundle for each private key, and a certificate each. */
export function entryFiles({ groups, trusted }: EntriesConversionResult, names: SplitNames): OutputFile[] {
  const bundles = groups.map(({ alias, keyPem, path }) => {
    return { name: names.nameFor(alias, '.pem'), content: toBundleWith(keyPem, path), isSecret: true };
  });
  return [...bundles, ...trustedFiles({ entries: trusted }, names)];
}

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
