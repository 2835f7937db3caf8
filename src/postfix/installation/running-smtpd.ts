import { readdirSync, readFileSync } from 'node:fs';

/** Number of ticks per second (USER_HZ). /proc gives the start time of a process in ticks after boot (proc(5)). */
const ticksPerSecond = 100;

/**
 * Tolerance in milliseconds, because /proc gives the boot time in whole seconds, and an smtpd reads its certificate some time after its
 * start.
 */
const slack = 2_000;

/**
 * Returns the time by which the oldest smtpd of a running Postfix has read its certificate: its start time plus {@link slack}. Undefined if
 * no smtpd runs, or if the system has no /proc.
 */
export function oldestSmtpdStart(queueDirectory: string): Date | undefined {
  try {
    const master = readFileSync(`${queueDirectory}/pid/master.pid`, 'utf8').trim();
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const starts = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => startOf(pid, master));
    return starts.length === 0 || Number.isNaN(boot)
      ? undefined
      : new Date((boot + Math.min(...starts) / ticksPerSecond) * 1_000 + slack);
  } catch {
    // A file does not exist or is not readable: Postfix does not run, this user may not read master.pid, or the system has no /proc.
    return undefined;
  }
}

/** Returns the start time in ticks after boot if the process is an smtpd of this master; otherwise an empty list. */
function startOf(pid: string, master: string): number[] {
  try {
    // The fields are pid (name) state parent …; the start time is field 22 (proc(5)).
    const [, name, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    return name === 'smtpd' && fields[1] === master ? [Number(fields[19])] : [];
  } catch {
    return [];
  }
}
