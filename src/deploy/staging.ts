import { closeSync, fstatSync, fsync, openSync, type Stats, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { newFile, setRights, writeContent } from './staged-file.js';
import type { FileContent } from './target.js';
import { makeDirectory } from './work-directory.js';

/**
 * Files that are written and not yet synced, each of them open. libuv works on four at a time; the others wait, so that whoever makes
 * the files need not, while the disk is slower for once.
 */
const mostUnsynced = 256;
/** To wake whoever syncs costs as much as to write a file, so several are given to them at a time. */
const syncedAtOnce = 32;
/** Files whose rights one process of `cp` takes over: it takes longer to start than to do them all. */
const mostRightsAtOnce = 256;

interface Successor {
  readonly name: string;
  readonly wanted: FileContent;
  readonly existing: Stats;
}

/**
 * New files, complete and synced, in a directory of their own, from where they can be renamed to their places. What takes
 * longest, to wait for the disk, goes on while the next ones are made.
 */
export class Staging {
  /** What kept a file from being made, by its name. */
  readonly failures = new Map<string, unknown>();
  readonly #usualRights = new Set<string>();
  #successors: Successor[] = [];
  #written: { readonly name: string; readonly fd: number }[] = [];
  #unsynced = 0;
  #wake: (() => void) | undefined;

  /**
   * @param place where the files are made
   * @param target where files of the same names stand that they will replace
   */
  constructor(
    private readonly place: string,
    private readonly target: string,
  ) {
    makeDirectory(place);
  }

  /**
   * Makes a file under its final mode, owner and access control list, set before the first byte. Its content is overwritten
   * when it has been written.
   * @param existing what it will replace, whose rights it takes over
   */
  async add(name: string, wanted: FileContent, existing: Stats | undefined): Promise<void> {
    if (existing !== undefined && wanted.mode === undefined) {
      this.#successors.push({ name, wanted, existing });
      if (this.#successors.length >= mostRightsAtOnce) await this.#makeSuccessors();
    } else {
      this.#attempt(name, () => this.#write(this.#create(name, wanted, existing), name, wanted));
    }
    while (this.#unsynced >= mostUnsynced) await this.#nextSync();
  }

  /** Resolves when every file is on the disk, or in {@link failures}. */
  async synced(): Promise<void> {
    await this.#makeSuccessors();
    this.#sync();
    while (this.#unsynced > 0) await this.#nextSync();
  }

  /** Gives up what is not synced and has not been begun to be. */
  close(): void {
    for (const { fd } of this.#written) closeSync(fd);
    this.#written = [];
  }

  async #makeSuccessors(): Promise<void> {
    const successors = this.#successors;
    if (successors.length === 0) return;
    this.#successors = [];
    const open = new Map<string, number>();
    for (const { name } of successors) this.#attempt(name, () => void open.set(name, this.#open(name, 0o600)));
    const { copyAccessLists } = await import('./access-list.js');
    copyAccessLists(
      [...open.keys()].map((name) => join(this.target, name)),
      this.place,
    );
    for (const { name, wanted, existing } of successors) {
      const fd = open.get(name);
      if (fd === undefined) continue;
      this.#attempt(name, () => this.#write(this.#withRights(fd, name, wanted, existing), name, wanted));
    }
  }

  #create(name: string, wanted: FileContent, existing: Stats | undefined): number {
    const bits = wanted.mode ?? wanted.defaultMode;
    const kind = `${bits} ${wanted.owner?.uid} ${wanted.owner?.gid}`;
    if (existing === undefined && this.#usualRights.has(kind)) return this.#open(name, bits);
    const fd = this.#open(name, existing === undefined ? bits : 0o600);
    const opened = fstatSync(fd);
    this.#withRights(fd, name, wanted, existing);
    const after = fstatSync(fd);
    const asOpened = after.mode === opened.mode && after.uid === opened.uid && after.gid === opened.gid;
    // The next one of this kind need not be looked at: same directory, same umask.
    if (existing === undefined && asOpened) this.#usualRights.add(kind);
    return fd;
  }

  #open(name: string, bits: number): number {
    return openSync(join(this.place, name), newFile, bits);
  }

  #withRights(fd: number, name: string, wanted: FileContent, existing: Stats | undefined): number {
    try {
      setRights(fd, wanted, { path: join(this.target, name), existing });
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #write(fd: number, name: string, { content }: FileContent): void {
    try {
      writeContent(fd, content);
    } catch (error) {
      closeSync(fd);
      throw error;
    } finally {
      content.fill(0);
    }
    this.#written.push({ name, fd });
    if (this.#written.length >= syncedAtOnce) this.#sync();
  }

  #sync(): void {
    for (const { name, fd } of this.#written) {
      this.#unsynced++;
      fsync(fd, (error) => {
        this.#unsynced--;
        closeSync(fd);
        if (error) this.#fail(name, error);
        this.#wake?.();
      });
    }
    this.#written = [];
  }

  #attempt(name: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(name, error);
    }
  }

  #fail(name: string, error: unknown): void {
    this.failures.set(name, error);
    try {
      unlinkSync(join(this.place, name));
    } catch {
      // It was not even made; in any case the whole directory goes at the end.
    }
  }

  #nextSync(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
