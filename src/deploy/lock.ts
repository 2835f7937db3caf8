import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { randomName } from '../crypto/random-name.js';
import type { Directory } from './directory/directory.js';
import { isClosedToOthers } from './directory/directory-safety.js';
import { isRunning, ownIdentity } from './process-identity.js';
import { isSystemError } from './system-error.js';
import { exclusively, isHeldOpen, isWindows } from './windows.js';

/**
 * A process that is not visible here (on another machine, in another container, or on a system without Linux's /proc) counts as alive for
 * this number of milliseconds after its last heartbeat. Windows does not need the heartbeat; see {@link isHeldOpen}.
 */
const leaseMilliseconds = 60_000;
const heartbeatMilliseconds = 10_000;

/** Matches the names of claims, `claim-PIDSCOPE-PID-START-RANDOM`; see {@link ownIdentity}. */
const claimName = /^claim-([^-]+)-(\d+)-(\d+)-[0-9a-f]+$/;

/** Another process that has a claim. */
export interface Rival {
  /** The process, such as `process 1234`, and where it runs if that is another machine or container. */
  readonly who: string;
  /** Age of its claim in milliseconds, by the clock of the file system. */
  readonly milliseconds: number;
}

/**
 * The lock of a directory, which one process at a time holds. The work directory contains a claim of each process that wants the lock: a
 * file whose name identifies the process. A process creates its claim and then looks for other claims. If no other claim belongs to a
 * living process, it has the lock; otherwise it removes its claim and waits.
 *
 * If two processes create claims at the same time, at least the one that looks later sees the other claim. Therefore they never both get
 * the lock. Several processes may remove the claim of a dead process at once, because no name is used twice. With a lock file of a fixed name,
 * they could remove a new lock instead of that of the dead process.
 */
export class Claim {
  #heartbeat: NodeJS.Timeout | undefined;

  private constructor(
    private readonly work: Directory,
    private readonly name: string,
    private readonly descriptor: number,
    /** The owner of the files that this process creates. NFS servers may map root to another user. */
    readonly ownUid: number,
  ) {}

  /**
   * Creates a claim.
   * @param work the work directory
   * @returns undefined if the directory was removed since it was opened
   */
  static create(work: Directory): Claim | undefined {
    const identity = ownIdentity();
    const who = identity ? `${identity.pidScope}-${identity.pid}-${identity.start}` : 'unknown-0-0';
    const name = `claim-${who}-${randomName()}`;
    try {
      const descriptor = openSync(
        work.at(name),
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | exclusively,
        0o600,
      );
      return new Claim(work, name, descriptor, fstatSync(descriptor).uid);
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Whether no other user can create claims or journals in the work directory. */
  get isProtected(): boolean {
    return this.work.stats.uid === this.ownUid && isClosedToOthers(this.work.stats);
  }

  /** Returns another process that has a claim and is alive; undefined if there is none. Claims of dead processes are removed. */
  liveRival(): Rival | undefined {
    const own = ownIdentity();
    for (const name of this.work.list()) {
      const [, theirs, pid = '', start = ''] = claimName.exec(name) ?? [];
      if (theirs === undefined || name === this.name) continue;
      const age = this.#age(name);
      if (age === undefined) continue;
      const isHere = theirs === own?.pidScope;
      const isAlive = isHere ? isRunning({ pidScope: theirs, pid, start }) : this.#isAliveElsewhere(name, age);
      if (isAlive) return { who: nameOf(pid, isHere, own !== undefined), milliseconds: age.sinceStart };
      this.work.removeIfPresent(name);
    }
    return undefined;
  }

  /** Writes to the claim regularly, so that processes on other machines or in other containers see that this process is alive. */
  startHeartbeat(): void {
    this.#heartbeat = setInterval(() => {
      try {
        writeSync(this.descriptor, '.');
      } catch {
        // The disk may be full. The run continues, because only processes of other machines and containers need the heartbeat.
      }
    }, heartbeatMilliseconds).unref();
  }

  remove(): void {
    clearInterval(this.#heartbeat);
    closeSync(this.descriptor);
    this.work.removeIfPresent(this.name);
  }

  /** Checks whether a process that is not visible here counts as alive, by its claim. */
  #isAliveElsewhere(name: string, { sinceHeartbeat }: { sinceHeartbeat: number }): boolean {
    return isWindows ? isHeldOpen(this.work.at(name)) : sinceHeartbeat < leaseMilliseconds;
  }

  /**
   * Returns the age of a claim in milliseconds, by the clock of the file system, which is the same for all machines that share it. To read
   * that clock, writes to the claim of this process.
   */
  #age(name: string): { sinceStart: number; sinceHeartbeat: number } | undefined {
    writeSync(this.descriptor, '.');
    const theirs = this.work.stat(name);
    if (theirs === undefined) return undefined;
    const now = fstatSync(this.descriptor).mtimeMs;
    // File systems without a creation time return the time of the last change, which may be later than `now`.
    return { sinceStart: Math.max(0, now - theirs.birthtimeMs), sinceHeartbeat: now - theirs.mtimeMs };
  }
}

function nameOf(pid: string, isHere: boolean, hasNumbers: boolean): string {
  if (!hasNumbers) return 'another process';
  return isHere ? `process ${pid}` : `process ${pid} of another machine or container`;
}
