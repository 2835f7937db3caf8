import { closeSync, constants, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { randomName } from '../crypto/random.js';
import type { Directory } from './directory/directory.js';
import { isClosedToOthers } from './directory/safety.js';
import { isRunning, ownIdentity } from './process-identity.js';
import { isSystemError } from './system-error.js';
import { exclusively, isHeldOpen, isWindows } from './windows.js';

/** Time after its last heartbeat for which a claim of another machine or container is respected: its process is not visible here. */
const leaseMilliseconds = 60_000;
const heartbeatMilliseconds = 10_000;

/** `claim-WORLD-PID-START-RANDOM`: see {@link ownIdentity}. */
const claimName = /^claim-([^-]+)-(\d+)-(\d+)-[0-9a-f]+$/;

/** Another process that has a claim. */
export interface Rival {
  /** `process 1234`, and where it runs if that is not here. */
  readonly who: string;
  /** Age of its claim, by the clock of the file system. */
  readonly milliseconds: number;
}

/**
 * The right to write into a directory, held by one process at a time. The work directory, which exists only during a
 * run, holds a claim of each process that wants the right: an empty file whose name identifies the process. The process
 * that has put down its claim and then sees no other claim of a living process has the right; a process that sees one
 * takes its own claim back and waits.
 *
 * Of two processes that put down claims at the same time, at least the second to look sees the other's, so they never
 * both get the right. The claim of a dead process may be removed by several at once, since no name is used twice. A
 * lock file that is taken over once its owner has died does not have this property.
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
   * @param work the work directory
   * @returns undefined if the directory was removed since it was opened
   */
  static putDown(work: Directory): Claim | undefined {
    const identity = ownIdentity();
    const who = identity ? `${identity.world}-${identity.pid}-${identity.start}` : 'unknown-0-0';
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

  /** Whether no other user can put claims or journals into the work directory. */
  get isProtected(): boolean {
    return this.work.stats.uid === this.ownUid && isClosedToOthers(this.work.stats);
  }

  /** Another claim whose process is alive. Claims of dead processes are removed. */
  liveRival(): Rival | undefined {
    const own = ownIdentity();
    for (const name of this.work.list()) {
      const [, theirs, pid = '', start = ''] = claimName.exec(name) ?? [];
      if (theirs === undefined || name === this.name) continue;
      const age = this.#age(name);
      if (age === undefined) continue;
      const isHere = theirs === own?.world;
      const isAlive = isHere ? isRunning({ world: theirs, pid, start }) : this.#isAliveElsewhere(name, age);
      if (isAlive) return { who: nameOf(pid, isHere, own !== undefined), milliseconds: age.sinceStart };
      removeIfThere(this.work, name);
    }
    return undefined;
  }

  /** Keeps the claim alive for processes on other machines. */
  hold(): void {
    this.#heartbeat = setInterval(() => {
      try {
        writeSync(this.descriptor, '.');
      } catch {
        // The disk may be full. Only processes on other machines need the heartbeat; the work must not end for it.
      }
    }, heartbeatMilliseconds).unref();
  }

  takeBack(): void {
    clearInterval(this.#heartbeat);
    closeSync(this.descriptor);
    removeIfThere(this.work, this.name);
  }

  /** Whether a claim is respected although its process cannot be looked up. */
  #isAliveElsewhere(name: string, { sinceHeartbeat }: { sinceHeartbeat: number }): boolean {
    return isWindows ? isHeldOpen(this.work.at(name)) : sinceHeartbeat < leaseMilliseconds;
  }

  /** By the clock of the file system, which is the same for all who share it. */
  #age(name: string): { sinceStart: number; sinceHeartbeat: number } | undefined {
    writeSync(this.descriptor, '.');
    const theirs = this.work.stat(name);
    if (theirs === undefined) return undefined;
    const now = fstatSync(this.descriptor).mtimeMs;
    // File systems that keep no time of birth give the time of the last change.
    return { sinceStart: Math.max(0, now - theirs.birthtimeMs), sinceHeartbeat: now - theirs.mtimeMs };
  }
}

function nameOf(pid: string, isHere: boolean, hasNumbers: boolean): string {
  if (!hasNumbers) return 'another process';
  return isHere ? `process ${pid}` : `process ${pid} of another machine or container`;
}

function removeIfThere(directory: Directory, name: string): void {
  try {
    unlinkSync(directory.at(name));
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}
