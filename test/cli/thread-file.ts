import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = new URL('../../src/cli/store-thread.ts', import.meta.url).pathname;
const rolldown = new URL('../../node_modules/.bin/rolldown', import.meta.url).pathname;
let folder: string | undefined;

/** The code of a thread, made of the sources when it is first asked for: threads are not transformed as tests are. */
export function threadFile(): string {
  if (folder === undefined || !existsSync(folder)) {
    folder = mkdtempSync(join(tmpdir(), 'jks2pem-thread-'));
    const made = folder;
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    // Loaded on demand, and by no test of threads.
    const options = ['--format', 'cjs', '--platform', 'node', '--external', 'asn1js,pkijs', '--dir', folder];
    const { error, status, stdout } = spawnSync(rolldown, [source, ...options, '--entry-file-names', '[name].cjs']);
    if (error || status !== 0) throw new Error(`the thread could not be made: ${error ?? stdout}`);
    writeFileSync(
      join(folder, 'start.cjs'),
      "const { nodeHost, serve } = require('./store-thread.cjs');\nserve(nodeHost());\n",
    );
  }
  return join(folder, 'start.cjs');
}
