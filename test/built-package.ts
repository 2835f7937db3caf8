import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { project } from './project.js';

/**
 * Builds the package into a folder of its own, since the one that is there may be older than the sources: the command as it is
 * shipped, of the library each source file as a module of its own, without types.
 * @returns the folder, which is the caller's to remove
 */
export async function buildPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'jks2pem-package-'));
  for (const name of ['src', 'node_modules']) symlinkSync(join(project, name), join(folder, name));
  for (const name of ['bin', 'package.json']) cpSync(join(project, name), join(folder, name), { recursive: true });
  await build({
    input: join(project, 'src/index.ts'),
    platform: 'node',
    external: ['asn1js', 'pkijs', 'node-forge/lib/rc2.js'],
    output: {
      dir: join(folder, 'dist'),
      format: 'esm',
      preserveModules: true,
      preserveModulesRoot: join(project, 'src'),
    },
  });
  const { status, stderr } = spawnSync(process.execPath, ['bin/bundle.mjs'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the command cannot be built: ${stderr}`);
  return folder;
}
