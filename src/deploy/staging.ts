import { closeSync, fstatSync, fsync } from 'node:fs';
import { copyAccessLists } from './access-list.js';
import { isRestricted } from './directory/directory.js';
import { ExistingFile } from './existing-file.js';
import type { FileContent } from './file-content.js';
import { closingOnError, createFile, writeContent } from './new-file.js';
import { chooseRights, type Rights, removeInheritedList, setRights } from './rights.js';
import type { WorkDirectory } from './work-directory.js';

/** Files that are written and not yet synced, each of them open. libuv syncs four at a time; the others wait. */
const mostUnsynced = 256;
/** Waking the threads that sync costs as much as writing a file, so they are given several at a time. */
const syncedAtOnce = 32;
/** Files whose access control lists one process of `cp` copies: starting it takes longer than copying them all. */
const mostListsAtOnce = 256;

interface Waiting {
  readonly entry: string;
  readonly wanted: FileContent;
  readonly rights: Rights & { readonly like: ExistingFile };
}

/**
 * New files, complete and synced, in the work directory, from where they are renamed to their places. While the disk
 * syncs, the next ones are made.
 */
export class Staging {
  /** What kept a file from being made, by its entry. */
  readonly failures = new Map<string, unknown>();
  /** Rights that a file had as soon as it was opened: the next one with these need not be examined. */
  readonly #usualRights = new Set<string>();
  #waiting: Waiting[] = [];
  #written: { readonly entry: string; readonly descriptor: number }[] = [];
  #unsynced = 0;
  #wake: (() => void) | undefined;

  constructor(private readonly work: WorkDirectory) {}

  /**
   * Makes a file with its final rights, set before the first byte. Its content is wiped when it has been written.
   * @param name what the user calls it
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

  /** Resolves when every file is on disk, or in {@link failures}. */
  async synced(): Promise<void> {
    this.#makeWaiting();
    this.#sync();
    while (this.#unsynced > 0) await this.#nextSync();
  }

  /** Gives up the files that are not being synced yet. */
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
      // Same directory, same umask: the next file of this kind gets the same.
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
    // What was written of it is removed with the work directory.
  }

  #nextSync(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
