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
