import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a peer to its end. A peer that is missing, or fails, fails the test by name. */
export function runTool(tool: string, args: readonly string[], input?: Uint8Array | string): SpawnSyncReturns<Buffer> {
  // Java reads its arguments in the encoding of the locale.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const result = spawnSync(tool, args, { env, maxBuffer: 2 ** 26, ...(input !== undefined && { input }) });
  if (result.error) throw new Error(`${tool} is missing: npm run test:peers installs it (${result.error.message})`);
  return result;
}

/** What a peer writes to standard output. */
export function outputOf(tool: string, args: readonly string[], input?: Uint8Array | string): Buffer {
  const result = runTool(tool, args, input);
  if (result.status !== 0) throw new Error(`${tool} ${args.join(' ')} failed: ${result.stderr}${result.stdout}`);
  return result.stdout;
}

/** Every JDK of this machine, by the directory of its tools. */
export function javaHomes(): string[] {
  const folder = '/usr/lib/jvm';
  const homes = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => !name.startsWith('.') && existsSync(join(folder, name, 'bin', 'keytool')))
    .map((name) => realpathSync(join(folder, name)));
  if (homes.length === 0) throw new Error('no JDK found: npm run test:peers installs one');
  return [...new Set(homes)];
}
