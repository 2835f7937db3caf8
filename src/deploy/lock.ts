import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { randomName } from '../crypto/random.js';
import { OutputError } from '../errors.js';
import { isRunning, ownIdentity } from './process-identity.js';
import { isSystemError } from './system-error.js';
import { makeDirectory, namesIn } from './work-directory.js';

const prefix = 'claim';
/** A claim from another machine or container, whose processes cannot be seen, counts for this long after its last sign of life. */
const leaseMilliseconds = 60_000;
const heartbeatMilliseconds = 10_000;
/** How long another run, with its hook, is waited for. */
const patienceMilliseconds = 600_000;
/** Long enough to keep a machine quiet, short enough that nobody minds. */
const pauseMilliseconds = 25;

/**
 * The right to change one target, held by one process at a time. The work directory, which exists only while somebody
 * is at work, holds a claim of each process that wants it: an empty file whose name tells the process. Whoever has put
 * down a claim and then sees no other that is alive holds the lock; whoever sees one takes its own back and waits.
 *
 * Of two that put down claims at once, at least the second to look sees the other's, so they never both hold it. A
 * killed process's claim is nobody's and may be removed by all at the same time, since no name is ever used again: the
 * gap of other lock files, where one that was taken for stale is removed after it was renewed, is not there.
 */
export class Lock {
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly work: string,
    private readonly claim: Claim,
  ) {
    this.#heartbeat = setInterval(() => writeSync(claim.descriptor, '.'), heartbeatMilliseconds).unref();
  }

  /**
   * @param work the work directory; made if it is missing
   * @param neighbour a work directory whose holders are waited for too; they in turn look for this one
   * @throws {OutputError} if the directory is somebody else's, or another run does not end
   */
  static async acquire(work: string, signal?: AbortSignal, neighbour?: string): Promise<Lock> {
    for (let waited = 0; ; ) {
      signal?.throwIfAborted();
      const claim = Claim.putDown(work);
      if (claim !== undefined) {
        const rival = claim.liveRival(work) ?? (neighbour && claim.liveRival(neighbour));
        if (rival === undefined) return new Lock(work, claim);
        claim.takeBack();
        if (waited >= patienceMilliseconds) {
          throw new OutputError(
            `${work}: another run (${rival}) has been at work for ${patienceMilliseconds / 60_000} minutes`,
          );
        }
      }
      // Not all at the same moment again.
      const pause = pauseMilliseconds * (0.5 + Math.random());
      waited += pause;
      await delay(pause, signal);
    }
  }

  /** Ends the work; the directory goes with the last one in it. */
  release(): void {
    clearInterval(this.#heartbeat);
    this.claim.takeBack();
    removeIfEmpty(this.work);
  }
}

/** The file that says that a process wants the lock, or has it. */
class Claim {
  private constructor(
    private readonly work: string,
    private readonly name: string,
    readonly descriptor: number,
  ) {}

  /** @returns undefined if the directory has just gone: its last user has left */
  static putDown(work: string): Claim | undefined {
    makeDirectory(work);
    const identity = ownIdentity();
    const who = identity ? `${identity.world}-${identity.pid}-${identity.start}` : 'unknown-0-0';
    const name = `${prefix}-${who}-${randomName()}`;
    let descriptor: number;
    try {
      descriptor = openSync(join(work, name), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return undefined;
      throw error;
    }
    const claim = new Claim(work, name, descriptor);
    claim.#requireOwnDirectory();
    return claim;
  }

  /** Another claim in a work directory whose process is alive, in words. Those of dead ones are removed. */
  liveRival(work: string): string | undefined {
    const world = ownIdentity()?.world;
    for (const name of namesIn(work)) {
      const [, theirs, pid = '', start = ''] = /^claim-([^-]+)-(\d+)-(\d+)-[0-9a-f]+$/.exec(name) ?? [];
      if (theirs === undefined || name === this.name) continue;
      const alive = theirs === world ? isRunning({ world, pid, start }) : this.#hasLease(join(work, name));
      if (alive) return theirs === world ? `process ${pid}` : `process ${pid} of another machine or container`;
      removeIfThere(join(work, name));
    }
    return undefined;
  }

  takeBack(): void {
    closeSync(this.descriptor);
    removeIfThere(join(this.work, this.name));
  }

  /** By the clock of the file system, which is one for all who share it. */
  #hasLease(path: string): boolean {
    writeSync(this.descriptor, '.');
    const theirs = statSync(path, { throwIfNoEntry: false });
    return theirs !== undefined && fstatSync(this.descriptor).mtimeMs - theirs.mtimeMs < leaseMilliseconds;
  }

  /** In a directory that others may write to, somebody could have put one of their own in this place. */
  #requireOwnDirectory(): void {
    const directory = lstatSync(this.work);
    if (directory.isDirectory() && directory.uid === fstatSync(this.descriptor).uid && (directory.mode & 0o077) === 0)
      return;
    this.takeBack();
    throw new OutputError(`${this.work}: belongs to somebody else, and stands where the work would be done`);
  }
}

/** Ends early when the signal does; what follows looks at it. */
function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Somebody waits in it, and will remove it.
  }
}
