import { closeSync, constants, linkSync, openSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { OutputError } from '../../errors.js';
import { copyAccessList } from '../access-list.js';
import type { Directory } from '../directory/directory.js';
import { changed, ExistingFile, isSameFile } from '../existing-file.js';
import { closingOnError, createFile, syncAndClose, writeContent } from '../new-file.js';
import { setRights } from '../rights.js';
import { renameOver } from '../windows.js';
import type { WorkDirectory } from '../work-directory.js';

/** An entry that a transaction replaces. */
export interface JournalEntry {
  readonly entry: string;
  /** The hook that has to succeed before the entry stays. */
  readonly hook: string;
  /** Whether something was there before. If so, it is kept in the work directory under the same name. */
  readonly replaces: boolean;
  /** By what our new entry is recognised: see {@link markOf}. */
  readonly mark: string;
}

/**
 * What a transaction has to take back unless its hooks succeed. It is complete and on disk before the first entry is
 * replaced, and its removal is what makes the transaction last.
 */
export interface JournalRecord {
  /** The same in all directories of a transaction. */
  readonly id: string;
  readonly entries: readonly JournalEntry[];
  /** Hooks that have not succeeded yet. Kept in the first directory of the transaction only. */
  readonly pending: readonly string[];
  /** The other directories of the transaction; in those, the first one. */
  readonly others: readonly string[];
  readonly isFirst: boolean;
}

const journalName = 'journal';

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

/** Writes the journal, in one step, and makes it durable together with everything else in the work directory. */
export function writeJournal({ directory }: WorkDirectory, record: JournalRecord): void {
  const fresh = `${journalName}-new`;
  const descriptor = createFile(directory, fresh, 0o600);
  closingOnError(descriptor, () => writeContent(descriptor, Buffer.from(JSON.stringify(record))));
  syncAndClose(descriptor);
  renameOver(directory.at(fresh), directory.at(journalName));
  directory.sync();
}

/** From here on nothing is taken back. The removal is made durable before what was kept is removed. */
export function removeJournal({ directory }: WorkDirectory): void {
  unlinkSync(directory.at(journalName));
  directory.sync();
}

/** Gives what is in place a second name in the work directory, so that putting it back needs no space. */
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
  const kept = old.stat(entry);
  // Another user may have exchanged it between the two calls.
  if (kept === undefined || !isSameFile(kept, existing.stats)) {
    unlinkSync(old.at(entry));
    throw changed(name);
  }
}

/**
 * Takes back what a transaction has put in place: what was there before comes back, and what is new is removed. Entries
 * that another program has replaced since stay. Doing this twice does no harm, so it may be interrupted at any point.
 * @returns whether anything from before is in place again
 */
export function undo(work: WorkDirectory, entries: readonly JournalEntry[]): boolean {
  let isAnythingBack = false;
  for (const { entry, replaces, mark } of entries) {
    const found = markOf(work.target, entry);
    const isKept = replaces && work.old.stat(entry) !== undefined;
    if (isKept && (found === undefined || found === mark)) renameOver(work.old.at(entry), work.target.at(entry));
    else if (!replaces && found === mark) removeOwn(work, entry, mark);
    isAnythingBack ||= replaces && work.target.stat(entry) !== undefined;
  }
  work.target.sync();
  return isAnythingBack;
}

/**
 * By what an entry is recognised later: the text of a link, the size and time of a file. Device and inode numbers do not
 * serve, since some file systems give others after a restart.
 */
export function markOf(directory: Directory, entry: string): string | undefined {
  const text = directory.linkText(entry);
  if (text !== undefined) return `link ${text}`;
  const stats = directory.stat(entry);
  return stats && `file ${stats.size} ${stats.mtimeMs}`;
}

/** For file systems without hard links. */
function copyOld(old: Directory, entry: string, existing: ExistingFile): void {
  const { uid, gid, mode } = existing.stats;
  const content = existing.read();
  const descriptor = createFile(old, entry, 0o600);
  try {
    closingOnError(descriptor, () => {
      if (existing.directory.isSafe) copyAccessList(existing, old, entry);
      setRights(descriptor, old.at(entry), { uid, gid, mode: mode & 0o7777 }, existing.name);
      writeContent(descriptor, content);
    });
  } finally {
    content.fill(0);
  }
  syncAndClose(descriptor);
}

/** Moves the entry into the work directory first: what it is cannot change there between the check and the removal. */
function removeOwn(work: WorkDirectory, entry: string, mark: string): void {
  renameOver(work.target.at(entry), work.new.at(entry));
  if (markOf(work.new, entry) === mark) unlinkSync(work.new.at(entry));
  else renameOver(work.new.at(entry), work.target.at(entry));
}
