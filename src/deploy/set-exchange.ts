import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomName } from '../crypto/random.js';
import { OutputError } from '../errors.js';
import type { Exchange } from './exchange.js';
import { syncDirectory, writeStaged } from './staged-file.js';
import { isSystemError } from './system-error.js';
import {
  examineTarget,
  type FileContent,
  followLinks,
  isCurrent,
  isSameFile,
  linkText,
  requireOneName,
} from './target.js';

/** The link that all files of a set are reached by. */
const current = '.jks2pem';
const setName = /^\.jks2pem-[0-9a-f]{24}$/;

/** A file of the set: where it stands behind the links of others, and what it is to hold. */
interface Member {
  readonly path: string;
  readonly name: string;
  readonly wanted: FileContent;
}

/**
 * Several files in one directory that change as one. Each is a link by way of a link that they share,
 *
 *     privkey.pem -> .jks2pem/privkey.pem      fullchain.pem -> .jks2pem/fullchain.pem      .jks2pem -> .jks2pem-1f0c…
 *
 * so that to rename a new `.jks2pem` over the old one changes all of them at once, for every reader and at every power
 * cut, with nothing to roll back. Files that stand there as such are moved behind such links first, unchanged.
 */
export class SetExchange implements Exchange {
  #members: readonly Member[] = [];
  #directory = '';

  /** @param name the directory; the last part of its path is made if it is missing */
  constructor(
    readonly name: string,
    private readonly files: ReadonlyMap<string, FileContent>,
  ) {
    this.#find();
  }

  get entry(): string {
    return join(this.#directory, current);
  }

  get work(): string {
    return join(this.#directory, `${current}-work`);
  }

  get paths(): readonly string[] {
    return this.#members.map(({ name }) => name);
  }

  async outdated(): Promise<readonly string[]> {
    const outdated: string[] = [];
    for (const { path, name, wanted } of this.#members)
      if (!(await isCurrent(examineTarget(path, name), wanted))) outdated.push(name);
    return outdated;
  }

  requireReplaceable(): void {
    for (const { path, name } of this.#members) {
      // A run that was killed while it took a file over has left a second name behind the link.
      const isTakenOver = isSameFile(path, join(this.entry, basename(path)));
      if (!isOurs(path) && !isTakenOver) requireOneName(examineTarget(path, name), name);
    }
  }

  prepare(): void {
    try {
      mkdirSync(this.name, 0o755);
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
    }
    this.#find();
  }

  async stage(path: string): Promise<void> {
    this.#adopt(dirname(path));
    const set = this.#makeSet();
    for (const { path: target, name, wanted } of this.#members)
      await writeStaged(join(set, basename(target)), wanted, examineTarget(target, name));
    this.#openSet(set);
    symlinkSync(basename(set), path);
    syncDirectory(this.#directory);
  }

  tidy(keep: string | undefined): void {
    if (!this.#members.some(({ path }) => isOurs(path))) removeLink(this.entry);
    const inUse = linkText(this.entry);
    for (const name of readdirSync(this.#directory)) {
      if (setName.test(name) && name !== inUse && name !== keep) removeSet(join(this.#directory, name));
    }
    if (inUse !== undefined) return;
    // Taken back before anything was in place: the links lead nowhere.
    for (const { path } of this.#members) if (isOurs(path)) unlinkSync(path);
  }

  /** Finds the directory and where its files really stand: certbot's own live/ holds links into archive/. */
  #find(): void {
    const there = statSync(this.name, { throwIfNoEntry: false });
    if (there?.isDirectory() === false) throw new OutputError(`${this.name}: not a directory, which this layout wants`);
    const named = followLinks(this.name);
    this.#members = [...this.files].map(([file, wanted]) => {
      const path = join(named, file);
      return { path: there ? followLinks(path, isOurs) : path, name: join(this.name, file), wanted };
    });
    const directories = new Set(this.#members.map(({ path }) => dirname(path)));
    if (directories.size > 1) {
      const list = [...directories].join(', ');
      throw new OutputError(`${this.name}: its files are links into several directories (${list})`);
    }
    this.#directory = [...directories][0] ?? named;
    const entry = lstatSync(this.entry, { throwIfNoEntry: false });
    if (entry?.isSymbolicLink() === false) throw new OutputError(`${this.entry}: stands where a link is to be made`);
  }

  /** Puts every file behind the shared link, each step without a change to what is read under its name. */
  #adopt(work: string): void {
    const loose = this.#members.filter(({ path }) => !isOurs(path));
    if (loose.length === 0) return;
    const present = loose.filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }));
    if (present.length > 0) {
      // A set of what is there now: of its loose files, and of those that are behind the link already.
      const set = this.#makeSet();
      const before = linkText(this.entry);
      for (const { path } of this.#members) {
        const source = isOurs(path) ? before && join(this.#directory, before, basename(path)) : path;
        if (source && lstatSync(source, { throwIfNoEntry: false })) linkSync(source, join(set, basename(path)));
      }
      this.#openSet(set);
      replaceByLink(work, this.entry, basename(set));
    }
    for (const { path } of loose) replaceByLink(work, path, join(current, basename(path)));
    syncDirectory(this.#directory);
  }

  /** Closed to others until it is complete. */
  #makeSet(): string {
    const set = join(this.#directory, `${current}-${randomName()}`);
    mkdirSync(set, 0o700);
    return set;
  }

  /** Whoever may enter the directory may enter the set: it is the files' own rights that protect them. */
  #openSet(set: string): void {
    const outer = statSync(this.#directory);
    const inner = statSync(set);
    if (outer.uid !== inner.uid || outer.gid !== inner.gid) chownSync(set, outer.uid, outer.gid);
    chmodSync(set, outer.mode & 0o7777);
    syncDirectory(set);
  }
}

/** Whether a path is one of the links that {@link SetExchange} makes. */
function isOurs(path: string): boolean {
  return linkText(path) === join(current, basename(path));
}

function removeLink(path: string): void {
  if (linkText(path) !== undefined) unlinkSync(path);
}

/** In one step, with nothing missing in between. */
function replaceByLink(work: string, path: string, text: string): void {
  const link = join(work, `link-${randomName()}`);
  symlinkSync(text, link);
  renameSync(link, path);
}

/** Files only, and then the directory if that was all: what somebody else has put there stays. */
function removeSet(path: string): void {
  for (const name of readdirSync(path)) if (!lstatSync(join(path, name)).isDirectory()) unlinkSync(join(path, name));
  try {
    rmdirSync(path);
  } catch (error) {
    if (!isSystemError(error, 'ENOTEMPTY')) throw error;
  }
}
