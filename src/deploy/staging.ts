import { closeSync, fstatSync, fsync } from 'node:fs';
import { copyAccessLists } from './access-list.js';
import { isRestricted } from './directory/directory.js';
import { ExistingFile } from './existing-file.js';
import type { FileContent } from './file-content.js';
import { closingOnError, createFile, writeContent } from './new-file.js';
import { chooseRights, type Rights, removeInheritedList, setRights } from './rights.js';
import type { WorkDirectory } from './work-directory.js';

/** {@link Staging.add} waits while the syncs of this many files have not ended. Each has an open descriptor. libuv runs four syncs at a time. */
const mostUnsynced = 256;
/** Number of files whose sync is requested together: waking the threads of libuv for each file would take as long as writing the file. */
const syncedAtOnce = 32;
/** Maximum number of files whose access control lists one `cp` process copies. Starting a process for each file would take longer. */
const mostListsAtOnce = 256;

interface Waiting {
  readonly entry: string;
  readonly wanted: FileContent;
  readonly rights: Rights & { readonly like: ExistingFile };
}

/**
 * Writes and syncs new files in the work directory. They are renamed to their destinations later. While the disk syncs some files, further
 * files are written.
 */
export class Staging {
  /** The errors of files that could not be written, by directory entry. */
  readonly failures = new Map<string, unknown>();
  /** Combinations of mode, owner, group and `holdsKey` for which a new file already has the wanted rights, so that they need not be set. */
  readonly #usualRights = new Set<string>();
  #waiting: Waiting[] = [];
  #written: { readonly entry: string; readonly descriptor: number }[] = [];
  #unsynced = 0;
  #wake: (() => void) | undefined;

  constructor(private readonly work: WorkDirectory) {}

  /**
   * Creates a file, and sets its final rights before the first byte is written. Then fills `wanted.content` with zeros. If access control lists
   * must be copied, all this is done later, for several files together.
   * @param name the path of the file in messages
   */
  async add(entry: string, wanted: FileContent, name: string): Promise<void> {
    const { target } = this.work;
    const existing = ExistingFile.find(target, entry, name);
    existing?.requireOneName();
    const { like, ...rights } = chooseRights(name, wanted, existing, {
      isSafe: target.isSafe,
      ownUid: this.work.ownUid,
    });
    if (like !== undefined) {
      this.#waiting.push({ entry, wanted, rights: { ...rights, like } });
      if (this.#waiting.length >= mostListsAtOnce) this.#makeWaiting();
    } else this.#attempt(entry, () => this.#write(this.#create(entry, rights, wanted, name), entry, wanted));
    while (this.#unsynced >= mostUnsynced) await this.#nextSync();
  }

  /** Resolves when every file is synced, or is in {@link failures}. */
  async synced(): Promise<void> {
    this.#makeWaiting();
    this.#sync();
    while (this.#unsynced > 0) await this.#nextSync();
  }

  /** Closes the files whose sync was not requested. */
  close(): void {
    for (const { descriptor } of this.#written) closeSync(descriptor);
    this.#written = [];
  }

  #makeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const open = new Map<string, number>();
    for (const { entry } of waiting)
      this.#attempt(entry, () => void open.set(entry, createFile(this.work.new, entry, 0o600)));
    copyAccessLists(
      waiting.filter(({ entry }) => open.has(entry)).map(({ rights }) => rights.like),
      this.work.new,
    );
    for (const { entry, wanted, rights } of waiting) {
      const descriptor = open.get(entry);
      if (descriptor === undefined) continue;
      this.#attempt(entry, () => {
        closingOnError(descriptor, () => setRights(descriptor, this.work.new.at(entry), rights, rights.like.name));
        this.#write(descriptor, entry, wanted);
      });
    }
  }

  #create(entry: string, rights: Omit<Rights, 'like'>, wanted: FileContent, name: string): number {
    const kind = `${rights.mode} ${rights.uid} ${rights.gid} ${wanted.holdsKey}`;
    const descriptor = createFile(this.work.new, entry, rights.mode);
    if (this.#usualRights.has(kind)) return descriptor;
    return closingOnError(descriptor, () => {
      const opened = fstatSync(descriptor);
      const isListed = removeInheritedList(this.work, this.work.new, entry, rights, wanted);
      setRights(descriptor, this.work.new.at(entry), rights, name);
      const given = fstatSync(descriptor);
      // The system created the file with the wanted mode and owner already. Because the directory and the umask do not change, it will do the
      // same for the next file of this kind.
      if (!isListed && given.mode === opened.mode && given.uid === opened.uid && given.gid === opened.gid)
        this.#usualRights.add(kind);
      return descriptor;
    });
  }

  #write(descriptor: number, entry: string, { content }: FileContent): void {
    try {
      closingOnError(descriptor, () => writeContent(descriptor, content));
    } finally {
      content.fill(0);
    }
    this.#written.push({ entry, descriptor });
    if (this.#written.length >= syncedAtOnce) this.#sync();
  }

  #sync(): void {
    for (const { entry, descriptor } of this.#written) {
      if (isRestricted) {
        closeSync(descriptor);
        continue;
      }
      this.#unsynced++;
      fsync(descriptor, (error) => {
        this.#unsynced--;
        closeSync(descriptor);
        if (error) this.#fail(entry, error);
        this.#wake?.();
      });
    }
    this.#written = [];
  }

  #attempt(entry: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(entry, error);
    }
  }

  #fail(entry: string, error: unknown): void {
    this.failures.set(entry, error);
    // A partly written file is removed together with the work directory.
  }

  #nextSync(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
