import { OutputError } from '../../errors.js';
import type { Directory } from '../directory/directory.js';
import type { DirectoryOpener } from '../directory/directory-opener.js';
import { isClosedToOthers, type User } from '../directory/directory-safety.js';
import { removeUnusedSets } from '../linked-set-directory.js';
import { spareNames, type WaitOptions, WorkDirectory, workName } from '../work-directory.js';
import { type JournalRecord, readJournal, removeJournal, undo } from './journal.js';

/** Values that are needed to lock the other directories of a killed transaction. */
interface RecoveryContext extends WaitOptions {
  readonly opener: DirectoryOpener;
  readonly user: User;
  /** Checks whether this run has locked a directory. If so, it has already recovered it. */
  readonly isLocked: (directory: Directory) => boolean;
}

/**
 * Locks an output directory, or a state directory. If a run was killed before its hooks succeeded, restores the files that it replaced in
 * this directory; if the directory contains the main journal, also those in the other directories of the transaction.
 * @returns the locked work directory
 */
export async function enterAndRecover(target: Directory, context: RecoveryContext): Promise<WorkDirectory> {
  const work = await WorkDirectory.enter(target, context.user, context);
  try {
    if (work.wasInUse) await recover(work, context);
    for (const spare of work.spares) await recover(spare, context);
    work.unlockSpares();
    return work;
  } catch (error) {
    work.unlock();
    throw error;
  }
}

async function recover(work: WorkDirectory, context: RecoveryContext): Promise<void> {
  const record = readJournal(work.directory);
  if (record !== undefined) {
    const pending = record.isFirst ? record.pending : pendingInFirst(work, record, context);
    // The main journal must be removed last, so the other directories are recovered first.
    if (record.isFirst) for (const path of record.others) await recoverOther(path, record, context);
    undo(
      work,
      record.entries.filter(({ hook }) => pending?.includes(hook)),
    );
    removeJournal(work);
  }
  work.clear();
  removeUnusedSets(work);
}

/** Reads from the main journal which hooks have not succeeded yet. Returns undefined if that journal was removed. */
function pendingInFirst(
  work: WorkDirectory,
  { id, others }: JournalRecord,
  { opener, user }: RecoveryContext,
): readonly string[] | undefined {
  const [first] = others.map((path) => findIfPresent(opener, path));
  if (first === undefined) return undefined;
  // If an NFS server maps root to another user, root is the owner in some of the directories only.
  const owners = [work.ownUid, user ?? work.ownUid];
  for (const name of [workName, ...owners.flatMap((owner) => spareNames(first, owner))]) {
    const directory = first.subdirectory(name);
    if (directory === undefined) continue;
    try {
      const isOurs = owners.includes(directory.stats.uid) && isClosedToOthers(directory.stats);
      const record = isOurs ? readJournal(directory) : undefined;
      if (record?.id === id) return record.pending;
    } finally {
      directory.close();
    }
  }
  return undefined;
}

/**
 * Opens another directory of a killed transaction.
 * @returns undefined if it is gone, also if its path now leads to a file, or through a link that is not followed
 */
function findIfPresent(opener: DirectoryOpener, path: string): Directory | undefined {
  try {
    return opener.find(path);
  } catch (error) {
    if (error instanceof OutputError) return undefined;
    throw error;
  }
}

async function recoverOther(path: string, { id, pending }: JournalRecord, context: RecoveryContext): Promise<void> {
  const target = findIfPresent(context.opener, path);
  if (target === undefined || context.isLocked(target) || !WorkDirectory.mayBeInUse(target, context.user)) return;
  const entered = await WorkDirectory.enter(target, context.user, context);
  try {
    for (const other of [entered, ...entered.spares]) {
      const record = readJournal(other.directory);
      if (record?.id !== id) continue;
      undo(
        other,
        record.entries.filter(({ hook }) => pending.includes(hook)),
      );
      removeJournal(other);
      other.clear();
      removeUnusedSets(other);
    }
  } finally {
    entered.unlock();
  }
}
