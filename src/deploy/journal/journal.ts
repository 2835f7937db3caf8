import { closeSync, constants, linkSync, openSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bytesFromUtf8 } from '../../bytes/encoding.js';
import { permissionBits } from '../../bytes/file-mode.js';
import { OutputError } from '../../errors.js';
import { copyAccessList } from '../access-list.js';
import type { Directory } from '../directory/directory.js';
import { changed, ExistingFile, isSameFile } from '../existing-file.js';
import { closingOnError, createFile, syncAndClose, writeContent } from '../new-file.js';
import { setRights } from '../rights.js';
import { renameOver } from '../windows.js';
import type { WorkDirectory } from '../work-directory.js';

/** A directory entry that a transaction creates or replaces. */
export interface JournalEntry {
  readonly entry: string;
  /** The identifier of the hook that must succeed before the new entry is final. */
  readonly hook: string;
  /** Whether there was a previous entry. If so, it is kept in `old/` of the work directory with the same name. */
  readonly replaces: boolean;
  /** Identifies the new entry; see {@link markOf}. */
  readonly mark: string;
}

/**
 * The content of a journal: the entries that are restored if their hooks do not succeed, or if the run is killed. The journal is synced before
 * the first entry is replaced. Once it is removed, nothing is restored.
 */
export interface JournalRecord {
  /** The identifier of the transaction, which is the same in all its directories. */
  readonly id: string;
  /** Whether this is the main journal, which is in the state directory, or, without one, in the output directory that was locked first. */
  readonly isFirst: boolean;
  readonly entries: readonly JournalEntry[];
  /** In the main journal: the identifiers of the hooks that have not succeeded yet. In other journals: an empty list. */
  readonly pending: readonly string[];
  /** In the main journal: the paths of the transaction's other directories. In other journals: only the path of the main journal's directory. */
  readonly others: readonly string[];
}

/** The name of the journal in the work directory. */
export const journalName = 'journal';

export function readJournal(work: Directory): JournalRecord | undefined {
  if (work.stat(journalName) === undefined) return undefined;
  const descriptor = openSync(work.at(journalName), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return JSON.parse(readFileSync(descriptor, 'utf8'));
  } catch (error) {
    throw new OutputError(`${work.name}/${journalName}: cannot be read`, {
      cause: error,
      hint: `a disk error? Remove ${work.name} and run this again`,
    });
  } finally {
    closeSync(descriptor);
  }
}

/** Writes and syncs the journal as a new file, renames that over the old journal, and syncs the work directory. */
export function writeJournal({ directory }: WorkDirectory, record: JournalRecord): void {
  const fresh = `${journalName}-new`;
  const descriptor = createFile(directory, fresh, 0o600);
  closingOnError(descriptor, () => writeContent(descriptor, bytesFromUtf8(JSON.stringify(record))));
  syncAndClose(descriptor);
  renameOver(directory.at(fresh), directory.at(journalName));
  directory.sync();
}

/** Removes the journal, so that nothing is restored. This is synced, because the previous files are removed afterwards. */
export function removeJournal({ directory }: WorkDirectory): void {
  unlinkSync(directory.at(journalName));
  directory.sync();
}

/**
 * Keeps the existing file in the work directory. It gets a second hard link there, so that restoring it needs no disk space. If that is
 * impossible, for example because the file system has no hard links, it is copied. For a symbolic link, a second one with the same target
 * is created.
 */
export function keepOld(work: WorkDirectory, entry: string, name: string): void {
  const { target, old } = work;
  const text = target.linkText(entry);
  if (text !== undefined) {
    symlinkSync(text, old.at(entry));
    return;
  }
  const existing = ExistingFile.find(target, entry, name);
  if (existing === undefined) throw changed(name);
  try {
    linkSync(target.at(entry), old.at(entry));
  } catch {
    copyOld(old, entry, existing);
    return;
  }
  // Another user may have replaced the file after it was examined.
  if (!isSameFile(old.stat(entry), existing.stats)) {
    unlinkSync(old.at(entry));
    throw changed(name);
  }
}

/** The result of undoing a transaction. */
export interface Undone {
  /** Whether at least one previous file was restored. */
  readonly isRestored: boolean;
  /** Whether at least one new file was removed, because there was no previous one. */
  readonly isRemoved: boolean;
  /** The paths of the entries that another program has replaced. They are not changed. */
  readonly skipped: readonly string[];
}

/**
 * Restores the previous files of a transaction, and removes new files that replaced nothing. Entries that another program has replaced in
 * the meantime are skipped. This can be interrupted at any point and repeated.
 */
export function undo(work: WorkDirectory, entries: readonly JournalEntry[]): Undone {
  let isRestored = false;
  let isRemoved = false;
  const skipped: string[] = [];
  for (const { entry, replaces, mark } of entries) {
    const previous = replaces ? markOf(work.old, entry) : undefined;
    // An undo that was interrupted has already restored this file.
    if (replaces && previous === undefined) continue;
    const found = markOf(work.target, entry);
    if (replaces && (found === undefined || found === mark)) {
      renameOver(work.old.at(entry), work.target.at(entry));
      isRestored = true;
    } else if (!replaces && found === mark && removeOwn(work, entry, mark)) isRemoved = true;
    // An entry that is still the previous one was never replaced; one that is still missing was removed already.
    else if (found !== previous) skipped.push(join(work.target.name, entry));
  }
  work.target.sync();
  return { isRestored, isRemoved, skipped };
}

/**
 * Returns a value by which an entry is recognized later: the text of a link, or the size and modification time of a file. Device and inode
 * numbers are not used, because some file systems change them when they are mounted again.
 * @returns undefined if there is no such entry
 */
export function markOf(directory: Directory, entry: string): string | undefined {
  const text = directory.linkText(entry);
  if (text !== undefined) return `link ${text}`;
  const stats = directory.stat(entry);
  return stats && `file ${stats.size} ${stats.mtimeMs}`;
}

/** Copies the existing file with its rights, if it cannot be linked. */
function copyOld(old: Directory, entry: string, existing: ExistingFile): void {
  const { uid, gid, mode } = existing.stats;
  const content = existing.read();
  const descriptor = createFile(old, entry, 0o600);
  try {
    closingOnError(descriptor, () => {
      if (existing.directory.isSafe) copyAccessList(existing, old, entry);
      setRights(descriptor, old.at(entry), { uid, gid, mode: mode & permissionBits }, existing.name);
      writeContent(descriptor, content);
    });
  } finally {
    content.fill(0);
  }
  syncAndClose(descriptor);
}

/**
 * Removes the entry if it has this mark (see {@link markOf}). For the check, the entry is moved to the work directory, where no other user
 * can replace it; with another mark, it is moved back.
 * @returns whether it was removed
 */
function removeOwn(work: WorkDirectory, entry: string, mark: string): boolean {
  renameOver(work.target.at(entry), work.new.at(entry));
  const isOwn = markOf(work.new, entry) === mark;
  if (isOwn) unlinkSync(work.new.at(entry));
  else renameOver(work.new.at(entry), work.target.at(entry));
  return isOwn;
}
