import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = new URL('../../../src/cli/convert/worker.ts', import.meta.url).pathname;
const rolldown = new URL('../../../node_modules/rolldown/bin/cli.mjs', import.meta.url).pathname;
let folder: string | undefined;

/** The code of a thread, made of the sources when it is first asked for: threads are not transformed as tests are. */
export function threadFile(): string {
  if (folder === undefined || !existsSync(folder)) {
    const made = mkdtempSync(join(tmpdir(), 'jks2pem-thread-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    // Loaded on demand, and by no test of threads.
    const options = ['--format', 'cjs', '--platform', 'node', '--external', 'asn1js,pkijs', '--dir', made];
    const args = [rolldown, source, ...options, '--entry-file-names', '[name].cjs'];
    const { error, status, stdout } = spawnSync(process.execPath, args);
    if (error || status !== 0) throw new Error(`the thread could not be made: ${error ?? stdout}`);
    writeFileSync(
      join(made, 'start.cjs'),
      "const { nodeHost, serve } = require('./worker.cjs');\nserve(nodeHost());\n",
    );
    folder = made;
  }
  return join(folder, 'start.cjs');
}
