import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'src/crypto/hash/wasm');
const target = join(root, 'src/crypto/hash/wasm-binaries.ts');

/**
 * Compiles the AssemblyScript of src/crypto/hash/wasm to WebAssembly, and writes it as base64 into src/crypto/hash/wasm-binaries.ts,
 * which git ignores. Does nothing if that file was made from the same sources by the same compiler.
 */
export async function compileWasm() {
  const names = readdirSync(sources)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  const fingerprint = `// Compiled by bin/compile-wasm.mjs; do not edit. ${fingerprintOf(names)}`;
  if (firstLineOf(target) === fingerprint) return;
  // Loaded here, because that takes half a second, and most calls do not need it.
  const { default: asc } = await import('assemblyscript/asc');
  const lines = [];
  for (const name of names) {
    const wasm = await compile(asc, name);
    lines.push(`  ${name}: '${Buffer.from(wasm).toString('base64')}',`);
  }
  // The file is replaced in one step, because two test runs may start at the same time.
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, [fingerprint, 'export const wasmBinaries = {', ...lines, '} as const;', ''].join('\n'));
  renameSync(temporary, target);
}

async function compile(asc, name) {
  let wasm;
  // The stub runtime never frees memory, and none of the programs allocates any.
  const options = ['--outFile', 'out.wasm', '--runtime', 'stub', '-O3', '--converge', '--noAssert'];
  const { error, stderr } = await asc.main([`${name}.ts`, '--baseDir', sources, ...options], {
    writeFile: (_, content) => {
      wasm = content;
    },
  });
  if (error) throw new Error(`src/crypto/hash/wasm/${name}.ts does not compile: ${error.message}\n${stderr}`);
  return wasm;
}

function fingerprintOf(names) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8'));
  const hash = createHash('sha256')
    .update(version)
    .update(readFileSync(import.meta.filename));
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(sources, `${name}.ts`)));
  return hash.digest('hex').slice(0, 32);
}

function firstLineOf(path) {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0];
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Vitest calls this before the first test. */
export { compileWasm as setup };

if (process.argv[1] === import.meta.filename) await compileWasm();
