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
import { build } from 'rolldown';
import { project } from './project.js';

const sources = ['bin', 'src', 'package.json', 'package-lock.json'];

/**
 * The package as it is shipped, built from the present sources: the command, and the library with each source file as a module of its
 * own, without types. Several test files need it, so it is kept in .cache/package under a hash of the sources. Change nothing in it.
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
  await build({
    input: join(project, 'src/index.ts'),
    platform: 'node',
    external: ['asn1js', 'pkijs', 'node-forge/lib/rc2.js'],
    output: {
      dir: join(made, 'dist'),
      format: 'esm',
      preserveModules: true,
      preserveModulesRoot: join(project, 'src'),
    },
  });
  const { status, stderr } = spawnSync(process.execPath, ['bin/bundle.mjs'], { cwd: made, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the command cannot be built: ${stderr}`);
  return keep(made, directory);
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
