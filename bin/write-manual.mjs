import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/**
 * Writes the man page and the shell completions from the definitions of the commands. Git ignores these files; the package contains them.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const directory = join(root, '.cache', 'manual');

await build({
  input: join(root, 'src/cli/manual/manual-files.ts'),
  platform: 'node',
  external: ['asn1js', 'pkijs', 'node-forge/lib/rc2.js', 'commander'],
  logLevel: 'silent',
  output: { dir: directory, format: 'esm', entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' },
});
const { manualFiles } = await import(pathToFileURL(join(directory, 'main.mjs')));

// Packages that are built twice must not differ (reproducible-builds.org).
const seconds = process.env['SOURCE_DATE_EPOCH'];
const date = (seconds === undefined ? new Date() : new Date(Number(seconds) * 1000)).toISOString().slice(0, 10);
for (const [name, content] of Object.entries(await manualFiles(date))) {
  mkdirSync(join(root, dirname(name)), { recursive: true });
  writeFileSync(join(root, name), content);
}
rmSync(directory, { recursive: true });
