import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until a server listens, for a minute at most. */
export async function waitForPort(port: number, who: string): Promise<void> {
  await waitUntil(`${who} listens on ${port}`, async () => {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  });
}

/** Asks until the answer is yes, for a minute at most. A server that restarts may end the connection of a question. */
export async function waitUntil(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  let problem: unknown;
  for (let attempt = 0; attempt < 1_200; attempt++) {
    try {
      if (await holds()) return;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`in vain: ${what}`, { cause: problem });
}

/** Processes that a test started; all of them are ended by their ids, whatever becomes of the test. */
export class Processes {
  readonly #children: ChildProcess[] = [];
  readonly #last: (() => void)[] = [];

  /** Starts a peer that stays in the foreground. A peer that is missing fails the test by name. */
  start(tool: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    // In a group of its own: saslauthd ends its whole group when it is ended.
    const child = spawn(tool, args, { stdio: 'ignore', detached: true, ...options });
    child.on('error', (error) => {
      throw new Error(`${tool} is missing: npm run test:peers installs it (${error.message})`);
    });
    this.#children.push(child);
    return child;
  }

  /** Something else to do at the end. */
  onEnd(action: () => void): void {
    this.#last.push(action);
  }

  async end(): Promise<void> {
    for (const action of this.#last) action();
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const slow = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await gone;
      clearTimeout(slow);
    }
  }
}
