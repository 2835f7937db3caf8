import { readFileSync, readlinkSync } from 'node:fs';

/** Identifies a process uniquely across machines, containers and restarts. */
interface ProcessIdentity {
  /** The scope in which process numbers are unique: one boot of one machine, and one PID namespace. */
  readonly pidScope: string;
  readonly pid: string;
  /** Start time in clock ticks since boot. It differs when a process number is used again. */
  readonly start: string;
}

/** Returns the identity of this process; undefined without Linux's /proc. */
export function ownIdentity(): ProcessIdentity | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll('-', '');
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    const { pid, start } = readStat('self');
    return { pidScope: `${boot.slice(0, 16)}.${namespace}`, pid, start };
  } catch {
    return undefined;
  }
}

/** Checks whether a process of the same scope is still running. */
export function isRunning({ pid, start }: ProcessIdentity): boolean {
  try {
    const found = readStat(pid);
    // A process in state Z (zombie) or X (dead) has ended, but its parent has not read its exit status yet.
    return found.start === start && !/[ZX]/.test(found.state);
  } catch {
    return false;
  }
}

/**
 * Reads the process number, the state (field 3) and the start time (field 22) from /proc/PID/stat (proc_pid_stat(5)). Field 2 is the name in
 * parentheses, which may contain any character, also spaces and parentheses.
 * @param which the number of a process, or `self`
 */
function readStat(which: string): { pid: string; state: string; start: string } {
  const text = readFileSync(`/proc/${which}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[22 - 3]];
  if (state === undefined || start === undefined) throw new Error('/proc/PID/stat is too short');
  return { pid: text.slice(0, text.indexOf(' ')), state, start };
}

/** CAP_CHOWN (capabilities(7)): the right to give files to other users. */
const chownCapability = 1n << 0n;

/** Returns which owners and groups this process can set; undefined without Linux's /proc. */
export function ownAbilities(): { readonly canGiveFiles: boolean; readonly groups: readonly number[] } | undefined {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const field = (name: string) => new RegExp(`^${name}:\t(.*)$`, 'm').exec(status)?.[1] ?? '';
    // The line Gid contains the real, effective, saved and file system group; the line Groups contains the other groups.
    // The kernel writes a space after each of these, also after the last one.
    const groups = `${field('Gid').split('\t')[1]} ${field('Groups')}`.trim().split(' ').map(Number);
    return { canGiveFiles: (BigInt(`0x${field('CapEff')}`) & chownCapability) !== 0n, groups };
  } catch {
    return undefined;
  }
}
