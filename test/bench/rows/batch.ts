import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Row } from '../row.js';
import { timeProgram, Unavailable } from '../tool.js';
import { storeFolder } from '../workloads/large-store.js';
import { source } from '../workloads/made-files.js';
import { bin, storePass } from './command.js';

/** @throws {Unavailable} if the command is one that converts a single store */
function requireBatches(): void {
  const { stdout } = spawnSync(process.execPath, [bin, 'convert', '--help'], { encoding: 'utf8' });
  if (!stdout.includes('--output-dir')) throw new Unavailable('the command has no --output-dir');
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/**
 * Each run writes into an empty directory, since unchanged files are not written. The directories are removed at the very end,
 * and are not among other programs' temporary files: where many files were deleted a moment ago, ext4 takes ten times as long to make
 * a new one, since it does not give out their inodes again so soon.
 */
function timeBatch(stores: readonly string[]): number {
  const folder = mkdtempSync(join(dirname(storeFolder()), 'written-'));
  folders.push(folder);
  const args = [bin, 'convert', ...stores, '--output-dir', folder, '--quiet', ...storePass];
  const taken = timeProgram(process.execPath, args);
  const written = readdirSync(folder).length;
  if (written < stores.length) throw new Error(`${stores.length} stores gave ${written} files`);
  return taken;
}

/** A script that reads, hashes, verifies one RSA signature, writes, syncs and renames for each file: what a batch cannot do without. */
function timeScript(stores: string): number {
  const folder = mkdtempSync(join(dirname(storeFolder()), 'written-'));
  folders.push(folder);
  return timeProgram(process.execPath, [source('peers/write-files.mjs'), stores, folder]);
}

export const batchRows: readonly Row[] = [
  {
    group: 'batch',
    work: '1,000 JKS to files',
    yardstick: 'a Node script that writes 1,000 files',
    unit: 'ms',
    most: 2.8,
    async field() {
      requireBatches();
      const folder = storeFolder();
      const stores = readdirSync(folder).map((name) => join(folder, name));
      return {
        subject: { name: 'jks2pem', measure: () => timeBatch(stores) },
        yardstick: { name: 'script', measure: () => timeScript(folder) },
      };
    },
  },
];
