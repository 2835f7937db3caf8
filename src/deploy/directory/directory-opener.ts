import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { shellWord } from '../../bytes/shell-word.js';
import { OutputError } from '../../errors.js';
import { directoryInPlaceOfFile, isForbidden, isSystemError } from '../system-error.js';
import { isWindows } from '../windows.js';
import { Directory, directoryFlags, handlePath, hasHandles, isRestricted } from './directory.js';
import { isControlled, isFollowed, isSafeDirectory, protectsEntries, type User } from './directory-safety.js';

/** Maximum number of symbolic links in one path, the same as in Linux (path_resolution(7)). */
const mostLinks = 40;

/** A name in an open directory. */
export interface Place {
  readonly directory: Directory;
  readonly entry: string;
}

/**
 * Opens directories one path component at a time, so that every symbolic link in the path is examined before it is followed; without handles
 * (see {@link hasHandles}), the system follows the links. If several paths lead to a directory, they share one {@link Directory}, because it
 * must be locked only once; it is safe only if all of these paths are safe.
 */
export class DirectoryOpener {
  readonly #opened: Directory[] = [];
  readonly #byPath = new Map<string, Directory>();

  /**
   * @param user the effective user of this process
   * @param warn called with a message for each directory that other users can change or replace and that is addressed by its path
   */
  constructor(
    private readonly user: User,
    private readonly warn: (message: string) => void = () => {},
    private readonly usesHandles = hasHandles(),
  ) {}

  /**
   * Opens a directory.
   * @param from the directory in which a relative path begins; by default, the working directory
   * @returns undefined if there is no such directory
   */
  find(path: string, from?: Directory): Directory | undefined {
    const known = from === undefined ? this.#byPath.get(path) : undefined;
    if (known !== undefined) return known;
    try {
      const found = this.usesHandles ? this.#walk(path, from) : this.#openByPath(path, from);
      if (from === undefined) this.#byPath.set(path, found);
      return found;
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return undefined;
      if (isSystemError(error, 'ENOTDIR')) throw new OutputError(`${path}: not a directory`, { cause: error });
      throw error;
    }
  }

  /**
   * Opens a directory.
   * @throws {OutputError} if there is no such directory
   */
  require(path: string, from?: Directory): Directory {
    const found = this.find(path, from);
    if (found !== undefined) return found;
    throw new OutputError(`${path}: no such directory`, {
      hint: `create it first: ${isWindows ? `mkdir "${path}"` : `mkdir -p ${shellWord(path)}`}`,
    });
  }

  /**
   * Opens a directory, and creates it if it is missing. Its parent must exist.
   * @returns the directory; and its place, if this call created it
   */
  make(path: string, mode: number): { readonly directory: Directory; readonly made?: Place } {
    const found = this.find(path);
    if (found !== undefined) return { directory: found };
    const [parent, entry] = this.#split(path);
    try {
      mkdirSync(parent.at(entry), mode);
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
      return { directory: this.require(path) };
    }
    parent.sync();
    return { directory: this.require(path), made: { directory: parent, entry } };
  }

  /**
   * Follows the symbolic links of a path to the real location of a file, which need not exist.
   * @param isEnd returns true for a link that is not followed; the result is then the place of this link
   */
  locate(path: string, isEnd: (place: Place) => boolean = () => false): Place {
    const [directory, entry] = this.#split(path);
    return this.#follow(directory, entry, isEnd);
  }

  /** Follows the symbolic links of a name in an open directory; see {@link locate}. */
  locateIn(directory: Directory, entry: string, isEnd: (place: Place) => boolean): Place {
    return this.#follow(directory, entry, isEnd);
  }

  /**
   * Checks that the parent directory exists.
   * @throws {OutputError} if it does not
   */
  requireAbove(path: string): void {
    this.#split(path);
  }

  close(): void {
    for (const directory of this.#opened) directory.close();
  }

  #follow(start: Directory, name: string, isEnd: (place: Place) => boolean): Place {
    let [directory, entry] = [start, name];
    for (let i = 0; i <= mostLinks; i++) {
      const place = { directory, entry };
      const link = directory.stat(entry);
      if (!link?.isSymbolicLink() || isEnd(place)) return place;
      const text = directory.linkText(entry);
      // Another user has replaced the link since `stat`, so the entry is examined again.
      if (text === undefined) continue;
      this.#requireFollowed(directory.stats, directory.isSafe, link, text, `${directory.name}/${entry}`);
      [directory, entry] = this.#split(text, directory);
    }
    throw tooManyLinks(`${start.name}/${name}`);
  }

  #split(path: string, from?: Directory): [Directory, string] {
    const entry = basename(path);
    if (entry === '' || entry === '.' || entry === '..') throw directoryInPlaceOfFile(path);
    return [this.require(dirname(path), from), entry];
  }

  #walk(path: string, from: Directory | undefined): Directory {
    const start = path.startsWith('/') ? '/' : from?.handle === undefined ? '.' : `${handlePath(from.handle)}/.`;
    let here = openSync(start, directoryFlags);
    // Whether the path leads through a link in an unsafe directory, where another user may have chosen its target.
    let isChosenByOthers = false;
    try {
      const rest = path.split('/').reverse();
      let links = 0;
      for (let component = rest.pop(); component !== undefined; component = rest.pop()) {
        if (component === '' || component === '.') continue;
        const place = `${handlePath(here)}/${component}`;
        let next = openDirectory(place);
        if (next === undefined) {
          if (++links > mostLinks) throw tooManyLinks(path);
          const found = readLink(place);
          // Another user has replaced the link by a directory, so the component is examined again.
          if (found === undefined) {
            rest.push(component);
            continue;
          }
          const { text, link } = found;
          const isSafe = isSafeDirectory(here, this.user);
          this.#requireFollowed(fstatSync(here), isSafe, link, text, path);
          isChosenByOthers ||= !isSafe;
          rest.push(...text.split('/').reverse());
          if (!text.startsWith('/')) continue;
          next = openSync('/', directoryFlags);
        }
        closeSync(here);
        here = next;
      }
      return this.#known(here, path, !isChosenByOthers && isSafeDirectory(here, this.user));
    } catch (error) {
      closeSync(here);
      throw error;
    }
  }

  #known(descriptor: number, name: string, isSafe: boolean): Directory {
    const stats = fstatSync(descriptor);
    const known = this.#opened.find((other) => other.hasIdentity(stats));
    if (known === undefined) return this.#keep(new Directory(name, handlePath(descriptor), descriptor, stats, isSafe));
    if (!isSafe) known.markUnsafe();
    closeSync(descriptor);
    return known;
  }

  #openByPath(path: string, from: Directory | undefined): Directory {
    const text = isAbsolute(path) || from === undefined ? path : `${from.at('x').slice(0, -2)}/${path}`;
    let real: string;
    let stats: Stats;
    let isSafe: boolean;
    try {
      real = realpathSync(text);
      stats = statSync(real);
      isSafe = this.#isSafePath(real);
    } catch (error) {
      if (isForbidden(error))
        throw new OutputError(`${path}: Node's permission model forbids looking at it and the directories above it`, {
          cause: error,
          hint: `start Node with --allow-fs-read=* --allow-fs-write=${resolve(path)}/*`,
        });
      throw error;
    }
    if (!stats.isDirectory()) throw new OutputError(`${path}: not a directory`);
    // Node rounds the 64-bit file numbers of Windows, so two directories may seem to have the same one.
    const known = this.#opened.find(
      (other) => other.at('x') === `${real}/x` || (!isWindows && other.hasIdentity(stats)),
    );
    if (known !== undefined && (isSafe || !known.isSafe)) return known;
    if (!isSafe) this.#acceptUnsafe(path);
    known?.markUnsafe();
    return known ?? this.#keep(new Directory(path, real, undefined, stats, isSafe));
  }

  #isSafePath(real: string): boolean {
    const { user } = this;
    if (user === undefined) return true;
    if (!isControlled(statSync(real), user)) return false;
    for (let path = real; path !== dirname(path); path = dirname(path)) {
      const above = statSync(dirname(path));
      if (!isControlled(above, user) && !protectsEntries(above, user)) return false;
    }
    return true;
  }

  /**
   * Warns about a directory that other users can change or replace; for root and under Node's permission model, refuses it. This is for
   * directories that are addressed by their paths: these users can replace them between any two system calls.
   */
  #acceptUnsafe(path: string): void {
    const problem = `${path}: other users can write into it or into a directory above it`;
    if (isRestricted)
      throw new OutputError(`${problem}, which is unsafe under Node's permission model`, {
        hint: 'start Node without --permission, or write into a directory that nobody else can write to',
      });
    if (this.user === 0)
      throw new OutputError(`${problem}; without /proc/self/fd, root does not write there`, {
        hint: 'write into a directory that only root can write to',
      });
    this.warn(`${problem}; without /proc/self/fd, they can divert what is written`);
  }

  #requireFollowed(directory: Stats, isSafe: boolean, link: Stats, text: string, name: string): void {
    if (isFollowed(directory, isSafe, link, text, this.user)) return;
    throw new OutputError(
      `${name}: a symbolic link in a directory that other users can write to is not followed; nothing was written`,
      { hint: `write to the file itself: ${text}` },
    );
  }

  #keep(directory: Directory): Directory {
    this.#opened.push(directory);
    return directory;
  }
}

/**
 * Opens a directory.
 * @returns undefined if something else has this path, for example a link to a directory
 */
function openDirectory(path: string): number | undefined {
  try {
    return openSync(path, directoryFlags);
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR') || isSystemError(error, 'ELOOP')) return undefined;
    throw error;
  }
}

/**
 * Reads a symbolic link.
 * @returns undefined if this path is that of a directory
 */
function readLink(path: string): { readonly link: Stats; readonly text: string } | undefined {
  const link = lstatSync(path);
  try {
    return { link, text: readlinkSync(path) };
  } catch (error) {
    if (!isSystemError(error, 'EINVAL')) throw error;
    // For a file that is not a link, this throws ENOTDIR, which DirectoryOpener.find turns into an OutputError.
    closeSync(openSync(`${path}/.`, directoryFlags));
    return undefined;
  }
}

function tooManyLinks(path: string): OutputError {
  return new OutputError(`${path}: too many symbolic links`);
}
