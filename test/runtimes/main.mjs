import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Compares what program.mjs prints in each runtime with what it prints in Node: the same for each keystore, or ERR_STORE_UNSUPPORTED.
 */
const [folder, fixtures] = process.argv.slice(2);
const bin = (name) => join(folder, 'node_modules/.bin', name);
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/** Without WebAssembly, files with more iterations take seconds each, and are left out. */
const fewIterations = '20000';

const runtimes = [
  { name: `Node ${process.version}`, command: [process.execPath] },
  { name: `Node ${permission}`, command: [process.execPath, permission, '--allow-fs-read=*', '--allow-worker'] },
  { name: 'Node --frozen-intrinsics', command: [process.execPath, '--frozen-intrinsics'] },
  { name: 'Node --jitless', command: [process.execPath, '--jitless'], iterations: fewIterations },
  {
    name: 'Deno',
    command: [bin('deno'), 'run', '--allow-read', '--allow-sys', '--allow-net'],
  },
  { name: 'Bun', command: [bin('bun')] },
];

let reference;
let failed = 0;

for (const { name, command, iterations } of runtimes) {
  const [program, ...flags] = command;
  const args = [...flags, 'program.mjs', fixtures, ...(iterations === undefined ? [] : [iterations])];
  const run = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 600_000, maxBuffer: 2 ** 26 });
  const results = new Map(
    run.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')),
  );
  reference ??= results;
  const count = { same: 0, unsupported: 0, 'left out': 0, wrong: run.status === 0 ? 0 : 1 };
  for (const [keystore, expected] of reference) {
    const result = results.get(keystore) ?? 'nothing was printed';
    if (result === expected) count.same++;
    else if (result.startsWith('ERR_LIMIT_EXCEEDED') && iterations !== undefined) count['left out']++;
    else {
      const isClear = result.startsWith('ERR_STORE_UNSUPPORTED');
      count[isClear ? 'unsupported' : 'wrong']++;
      console.log(`  ${name}: ${keystore}: ${result}`);
    }
  }
  failed += count.wrong;
  if (run.status !== 0) console.log(run.error ?? run.stderr);
  const figures = Object.entries(count).map(([what, number]) => `${number} ${what}`);
  console.log(`${name}: ${count.wrong === 0 ? 'ok' : 'FAILED'}: ${figures.join(', ')}`);
}

process.exitCode = failed > 0 ? 1 : 0;
