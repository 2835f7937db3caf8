import { readFileSync } from 'node:fs';
import { runTool } from './tool.js';

const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;

/** libuv's threads sync files that are not part of a set; the main thread syncs the rest. */
export const ofThreads = 'fsync of threads';

/** One run of the command under strace. */
export interface TracedRun {
  /** Which of its calls change something in the output directory, by their place among all calls of this name. */
  readonly own: readonly number[];
  readonly isKilled: boolean;
  /** Whether the last call of the run is one of these. */
  readonly isLastOwn: boolean;
}

/** Runs the command and notes its system calls of one name. */
export class CallTracer {
  /** @param name of a system call, or {@link ofThreads} */
  constructor(
    private readonly name: string,
    private readonly directory: string,
    private readonly log: string,
  ) {}

  /**
   * @param killAt kills the run when it makes the call at this place
   * @throws if the command fails
   */
  run(args: readonly string[], killAt?: number): TracedRun {
    const { name } = this;
    const isOfThreads = name === ofThreads;
    const call = isOfThreads ? 'fsync' : name;
    // strace counts the calls of each thread by itself: with one thread, they come one after another.
    const threads = isOfThreads ? ['-f', '-E', 'UV_THREADPOOL_SIZE=1'] : [];
    const inject = killAt === undefined ? [] : ['-e', `inject=${call}:signal=SIGKILL:when=${killAt + 1}`];
    // The first call is the main thread's execve(2).
    const options = ['-qq', '-y', ...threads, '-o', this.log, '-e', `trace=execve,${call}`, ...inject];
    const run = runTool('strace', [...options, process.execPath, bin, ...args]);
    if (run.status !== 0 && run.signal !== 'SIGKILL') throw new Error(`exit code ${run.status}: ${run.stderr}`);
    const [main = '', ...lines] = readFileSync(this.log, 'utf8').split('\n');
    const found = lines.filter(
      (line) => line.includes(`${call}(`) && (!isOfThreads || line.split(' ')[0] !== main.split(' ')[0]),
    );
    // Node opens files of its own, and writes to wake its threads, a different number of times in each run.
    const isOwn = (line: string) =>
      [this.directory, '/proc/self/fd/'].some((path) => line.includes(path)) &&
      (call !== 'openat' || line.includes('O_CREAT'));
    const own = [...found.keys()].filter((place) => isOwn(found[place] ?? ''));
    return { own, isKilled: run.signal === 'SIGKILL', isLastOwn: own.at(-1) === found.length - 1 };
  }
}
