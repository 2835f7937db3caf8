import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { build } from 'rolldown';
import { compileWasm } from './compile-wasm.mjs';

/**
 * Builds page/jks2pem.html: one file that runs in browsers, also from a disk. Its content security policy does not allow it to send
 * anything.
 */

const root = join(import.meta.dirname, '..');
const target = join(root, 'page/jks2pem.html');

/** Modules of the library that use Node or large libraries, and the modules that replace them in browsers. */
const replaced = new Map(
  [
    ['src/crypto/platform.ts', 'src/crypto/platform-web.ts'],
    ['src/bytes/encoding.ts', 'src/bytes/encoding-web.ts'],
    ['src/pem/cms.ts', 'page/signed-data.ts'],
  ].map((pair) => pair.map((path) => join(root, path))),
);

/** Identifier of the module that replaces node:tls. It contains only Node's root certificates, as data. */
const tls = '\0node:tls';
const forBrowsers = {
  name: 'for-browsers',
  async resolveId(source, importer, options) {
    if (source === 'node:tls') return tls;
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
    const other = resolved && replaced.get(resolved.id);
    return other === undefined ? resolved : { id: other };
  },
  load(id) {
    return id === tls ? `export const rootCertificates = ${JSON.stringify(rootCertificates)};` : undefined;
  },
};

/** Bundles a program into one file without imports. */
async function bundle(input, define = {}) {
  const { output } = await build({
    cwd: root,
    input,
    platform: 'browser',
    plugins: [forBrowsers],
    transform: { target: 'es2022', define },
    logLevel: 'warn',
    checks: { ineffectiveDynamicImport: false },
    write: false,
    output: { format: 'iife', minify: true, comments: false, codeSplitting: false },
  });
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`${input} became ${output.length} files`);
  const left = [...chunk.imports, ...chunk.dynamicImports].filter((name) => name !== chunk.fileName);
  if (left.length > 0) throw new Error(`${input} imports ${left.join(', ')}`);
  return chunk.code;
}

/** Escapes text so that it cannot end the <script> or <style> element around it. */
const embedded = (text) =>
  text
    .replace(/<\/(script|style)/gi, '<\\/$1')
    .replace(/<!--/g, '<\\!--')
    .trim();
const hashSource = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

await compileWasm();
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const worker = await bundle('page/worker.ts');
const script = embedded(await bundle('page/page.ts', { workerSource: JSON.stringify(worker) }));
const style = embedded(readFileSync(join(root, 'page/style.css'), 'utf8'));
const policy = [
  "default-src 'none'",
  // WebAssembly is for the loops of key derivation: without it, a JCEKS key takes seconds.
  `script-src ${hashSource(script)} 'wasm-unsafe-eval'`,
  `style-src ${hashSource(style)}`,
  // The worker is created from text in the page, and inherits the policy of the page.
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const parts = {
  policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
  style: `<style>${style}</style>`,
  script: `<script>${script}</script>`,
  version,
  node: process.versions.node,
};
const template = readFileSync(join(root, 'page/index.html'), 'utf8');
const page = template.replace(/<!--(\w+)-->/g, (_, name) => {
  if (!Object.hasOwn(parts, name)) throw new Error(`index.html asks for ${name}`);
  return parts[name];
});
writeFileSync(target, page);
const sha256 = createHash('sha256').update(page).digest('hex');
process.stdout.write(`${sha256}  page/jks2pem.html (${Math.round(page.length / 1000)} kB)\n`);
