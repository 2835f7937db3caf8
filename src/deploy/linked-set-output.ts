import { linkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { randomName } from '../crypto/random-name.js';
import { OutputError } from '../errors.js';
import { copyAccessList } from './access-list.js';
import { type Directory, isRestricted } from './directory/directory.js';
import type { DirectoryOpener, Place } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import { changed, ExistingFile, isSameFile } from './existing-file.js';
import type { FileContent } from './file-content.js';
import { isOwnLink, linkName, makeSet, openSet, removeUnusedSets, setName } from './linked-set-directory.js';
import { closingOnError, createFile, syncAndClose, writeContent } from './new-file.js';
import type { Output } from './output.js';
import { chooseRights, type Rights, removeInheritedList, requireRights, setRights } from './rights.js';
import { isWindows } from './windows.js';
import type { WorkDirectory } from './work-directory.js';

/** Mode of a new directory, the same as certbot's `live/NAME`. The mode of privkey.pem protects the key. */
const directoryMode = 0o755;

interface Member {
  readonly file: string;
  /** The path as the user wrote it, for messages. */
  readonly name: string;
  readonly entry: string;
  readonly wanted: FileContent;
}

/**
 * Several files in one directory that are replaced at the same moment. Each is a symbolic link that leads through a common link:
 *
 *     privkey.pem -> .jks2pem/privkey.pem      fullchain.pem -> .jks2pem/fullchain.pem      .jks2pem -> .jks2pem-1f0c…
 *
 * Renaming a new `.jks2pem` over the old one therefore replaces all of them in one step, also if the power fails. Existing regular files are
 * first turned into such links, without a change to the content that is read through their names.
 */
export class LinkedSetOutput implements Output {
  readonly isSet = true;
  #members: readonly Member[];
  #directory: Directory | undefined;

  /**
   * @param name the directory of the files; {@link locate} can create it, but not its parent
   * @param directoryAboveMayBeMissing whether the parent may be created between this call and {@link locate}
   */
  constructor(
    readonly name: string,
    private readonly files: ReadonlyMap<string, FileContent>,
    private readonly opener: DirectoryOpener,
    directoryAboveMayBeMissing: boolean,
  ) {
    if (isWindows)
      throw new OutputError(
        `${name}: the certbot layout needs symbolic links, which Windows does not let everyone make`,
        {
          hint: 'use --layout bundle, or write two files with --only key and --only chain',
        },
      );
    if (isRestricted)
      throw new OutputError(`${name}: the certbot layout needs symbolic links, which Node's permission model forbids`, {
        hint: 'start Node without --permission, or use --layout bundle',
      });
    const found = directoryAboveMayBeMissing ? undefined : opener.find(name);
    if (found === undefined && !directoryAboveMayBeMissing) opener.requireAbove(name);
    this.#members = [...files].map(([file, wanted]) => ({ file, name: join(name, file), entry: file, wanted }));
    if (found !== undefined) this.#find(found);
  }

  get place(): Place | undefined {
    return this.#directory && { directory: this.#directory, entry: linkName };
  }

  get paths(): readonly string[] {
    return this.#members.map(({ name }) => name);
  }

  get contents(): readonly FileContent[] {
    return [...this.files.values()];
  }

  locate(): Place {
    return { directory: this.#find(this.opener.make(this.name, directoryMode).directory), entry: linkName };
  }

  async outdated(): Promise<readonly string[]> {
    const outdated: string[] = [];
    const current = this.#openCurrent();
    try {
      for (const member of this.#members) {
        const existing = this.#existing(member, current);
        if (existing === undefined || !(await existing.isCurrent(member.wanted))) outdated.push(member.name);
      }
    } finally {
      current?.close();
    }
    return outdated;
  }

  requireReplaceable(user: User): void {
    const directory = this.#directory;
    if (directory === undefined) return;
    this.#eachMember(({ entry, name, wanted }, existing, current) => {
      requireRights(name, wanted, existing, { isSafe: directory.isSafe, user });
      // A file of the current set is replaced together with the set. A run that was killed while it converted a file to a link may have left a
      // second hard link in the current set.
      if (!isSameFile(existing?.stats, current?.stat(entry))) existing?.requireOneName();
    });
  }

  async stage(work: WorkDirectory): Promise<void> {
    // A file that cannot be replaced is refused before #adopt changes the first one.
    this.requireReplaceable(work.ownUid);
    removeUnusedSets(work);
    this.#adopt(work);
    const { name, set } = makeSet(work);
    try {
      this.#eachMember((member, existing) => writeMember(work, set, member, existing));
      openSet(work, set);
    } finally {
      set.close();
    }
    renameSync(work.directory.at(name), work.target.at(name));
    symlinkSync(name, work.new.at(linkName));
    work.target.sync();
  }

  /**
   * Follows the symbolic links of all files to their real directory and entries. For example, `live/NAME/privkey.pem` of certbot leads to
   * `archive/NAME` and `privkey1.pem`.
   * @returns the real directory
   */
  #find(named: Directory): Directory {
    const directories = new Set<Directory>();
    this.#members = this.#members.map((member) => {
      const { directory, entry } = this.opener.locateIn(named, member.file, (place) =>
        isOwnLink(place.directory, place.entry),
      );
      directories.add(directory);
      return { ...member, entry };
    });
    if (directories.size > 1) {
      const list = [...directories].map((directory) => directory.name).join(', ');
      throw new OutputError(`${this.name}: its files are links into several directories (${list})`);
    }
    const [only = named] = directories;
    if (only.stat(linkName)?.isSymbolicLink() === false)
      throw new OutputError(`${only.name}/${linkName}: exists, but this layout needs a link with this name`);
    this.#directory = only;
    return only;
  }

  /** Opens the set that the common link points to. */
  #openCurrent(): Directory | undefined {
    const text = this.#directory?.linkText(linkName);
    return text !== undefined && setName.test(text) ? this.#directory?.subdirectory(text) : undefined;
  }

  #existing({ entry, name }: Member, current: Directory | undefined): ExistingFile | undefined {
    if (this.#directory === undefined) return undefined;
    if (!isOwnLink(this.#directory, entry)) return ExistingFile.find(this.#directory, entry, name);
    return current && ExistingFile.find(current, entry, name);
  }

  #eachMember(
    action: (member: Member, existing: ExistingFile | undefined, current: Directory | undefined) => void,
  ): void {
    const current = this.#openCurrent();
    try {
      for (const member of this.#members) action(member, this.#existing(member, current), current);
    } finally {
      current?.close();
    }
  }

  /**
   * Converts every file to a link through the common link. No step changes the content that is read through any of the names. The links of
   * missing files lead nowhere until the common link is replaced.
   */
  #adopt(work: WorkDirectory): void {
    const { target } = work;
    const loose = this.#members.filter(({ entry }) => !isOwnLink(target, entry));
    if (loose.length === 0) return;
    if (loose.some(({ entry }) => target.stat(entry) !== undefined))
      replaceByLink(work, linkName, this.#linkExisting(work));
    else if (loose.length === this.#members.length && target.linkText(linkName) !== undefined) {
      // The common link points to a set that no entry leads to. If it were kept, the new links would make the files of this set appear one by
      // one.
      unlinkSync(target.at(linkName));
    }
    for (const { entry } of loose) replaceByLink(work, entry, join(linkName, entry));
    target.sync();
  }

  /**
   * Creates a set of hard links to all existing files.
   * @returns the name of the set
   */
  #linkExisting(work: WorkDirectory): string {
    const { name, set } = makeSet(work);
    try {
      this.#eachMember((member, existing) => {
        if (existing === undefined) return;
        linkSync(existing.directory.at(existing.entry), set.at(member.entry));
        // Another user may have replaced the file since it was examined.
        if (!isSameFile(set.stat(member.entry), existing.stats)) throw changed(member.name);
      });
      openSet(work, set);
    } finally {
      set.close();
    }
    renameSync(work.directory.at(name), work.target.at(name));
    return name;
  }
}

function rightsOf(
  { target, ownUid }: WorkDirectory,
  { name, wanted }: Member,
  existing: ExistingFile | undefined,
): Rights {
  return chooseRights(name, wanted, existing, { isSafe: target.isSafe, ownUid });
}

/** Creates a file, sets its final rights before the first byte is written, and syncs it. */
function writeMember(work: WorkDirectory, set: Directory, member: Member, existing: ExistingFile | undefined): void {
  const { entry, name, wanted } = member;
  const { like, ...rights } = rightsOf(work, member, existing);
  const descriptor = createFile(set, entry, 0o600);
  closingOnError(descriptor, () => {
    if (like !== undefined) copyAccessList(like, set, entry);
    removeInheritedList(work, set, entry, rights, wanted);
    setRights(descriptor, set.at(entry), rights, name);
    writeContent(descriptor, wanted.content);
  });
  syncAndClose(descriptor);
}

/** Replaces an entry by a symbolic link in one step. */
function replaceByLink({ directory, target }: WorkDirectory, entry: string, text: string): void {
  const link = `link-${randomName()}`;
  symlinkSync(text, directory.at(link));
  renameSync(directory.at(link), target.at(entry));
}
