import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { project } from './project.js';

const sources = ['bin', 'src', 'package.json', 'package-lock.json'];

/**
 * The package as it is shipped, built from the present sources: the command, and the library without its
 * types. Several test files need it, so it is kept in .cache/package under a hash of the sources. Change nothing in it.
 * @returns its directory
 */
export async function buildPackage(): Promise<string> {
  const cache = join(project, '.cache/package');
  const directory = join(cache, sourceHash());
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'making-'));
  for (const name of ['src', 'node_modules']) symlinkSync(join(project, name), join(made, name));
  for (const name of ['bin', 'package.json']) cpSync(join(project, name), join(made, name), { recursive: true });
  run(made, 'bin/bundle-library.mjs', '--no-types');
  run(made, 'bin/bundle-command.mjs');
  return keep(made, directory);
}

function run(directory: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args[0]} fails: ${stderr}`);
}

/** Another worker may have built the same meanwhile; the first one to finish is kept. */
function keep(made: string, directory: string): string {
  try {
    renameSync(made, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(made, { recursive: true });
  }
  return directory;
}

function sourceHash(): string {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) {
    const entries = source.includes('.')
      ? [source]
      : readdirSync(join(project, source), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort();
    for (const path of entries) {
      const content = readFileSync(source === path ? join(project, path) : path);
      hash.update(`${path.replace(project, '')} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 16);
}
