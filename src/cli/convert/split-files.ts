import { join } from 'node:path';
import type { EntriesConversionResult } from '../../convert/convert-entries.js';
import type { TrustedConversionResult } from '../../convert/convert-trusted.js';
import { isDeviceName, isWindows } from '../../deploy/windows.js';
import { toBundleWith } from '../../pem/bundle.js';
import { toCertificateFile } from '../../pem/encode-certificates.js';
import type { Warning } from '../../warnings.js';
import type { Host } from '../host.js';
import type { OutputFile } from './output-files.js';

/** Maximum length of the alias in a file name, in bytes. ext4, XFS and APFS allow 255 for the whole name, with a number and an extension. */
const longestName = 200;

/** Creates file names from aliases for `--split`. They contain only characters that every file system allows, and are distinct in a run. */
export class SplitNames {
  readonly #used = new Set<string>();

  /** @param onWindows whether the files are written on Windows; default: whether this process runs on Windows */
  constructor(private readonly onWindows = isWindows) {}

  /**
   * Returns a name for an alias. Each byte of its UTF-8 outside `[A-Za-z0-9._-]` and a leading dot become `_`, so that no name leads to
   * another directory or is hidden. If the name is already used, `-2`, `-3` and so on follow the alias. On Windows, `_` is put before the
   * name of a device, such as `nul.crt`; elsewhere it is a usual name.
   */
  nameFor(alias: string, extension: string): string {
    const bytes = Buffer.from(alias, 'utf8').toString('latin1').slice(0, longestName);
    const usual = bytes.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\./, '_') || '_';
    const stem = isDeviceName(`${usual}${extension}`, this.onWindows) ? `_${usual}` : usual;
    for (let number = 1; ; number++) {
      const name = `${stem}${number === 1 ? '' : `-${number}`}${extension}`;
      // File names on macOS and Windows are not case-sensitive.
      const key = name.toLowerCase();
      if (this.#used.has(key)) continue;
      this.#used.add(key);
      return name;
    }
  }
}

/** Returns the files of a truststore. Each contains one certificate, as update-ca-certificates(8) requires. */
export function trustedFiles({ entries }: Pick<TrustedConversionResult, 'entries'>, names: SplitNames): OutputFile[] {
  return entries.map(({ alias, certificate }) => {
    const content = toCertificateFile([certificate]);
    return { name: names.nameFor(alias, '.crt'), content, isSecret: false };
  });
}

/** Returns the files of a keystore: a bundle for each private key, and a file for each trusted certificate. */
export function entryFiles({ groups, trusted }: EntriesConversionResult, names: SplitNames): OutputFile[] {
  const bundles = groups.map(({ alias, keyPem, path }) => {
    return { name: names.nameFor(alias, '.pem'), content: toBundleWith(keyPem, path), isSecret: true };
  });
  return [...bundles, ...trustedFiles({ entries: trusted }, names)];
}

/** Maximum number of paths that the message of WARN_FILE_STALE lists. */
const shownPaths = 5;

/**
 * Warns about `.crt` files in the directory that are not part of this output, because their entries may have been removed from the keystore.
 */
export function staleFiles(directory: string, files: readonly OutputFile[], host: Host): Warning[] {
  const own = new Set(files.map(({ name }) => name));
  const stale = host.namesIn(directory).filter((name) => name.endsWith('.crt') && !own.has(name));
  if (stale.length === 0) return [];
  const shown = stale
    .sort()
    .slice(0, shownPaths)
    .map((name) => join(directory, name))
    .join(', ');
  const more = stale.length > shownPaths ? ` and ${stale.length - shownPaths} more` : '';
  return [{ code: 'WARN_FILE_STALE', message: `the keystore has no entry for ${shown}${more}` }];
}
