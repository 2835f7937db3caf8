import { type SpawnSyncReturns, spawnSync } from 'node:child_process';

const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;

/** Runs the built command as a user does. */
export function jks2pem(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; cwd?: string } = {},
): SpawnSyncReturns<Buffer> {
  const { env = {}, ...rest } = options;
  return spawnSync(process.execPath, [bin, ...args], {
    ...rest,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    maxBuffer: 2 ** 26,
  });
}
