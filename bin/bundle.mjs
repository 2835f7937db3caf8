import { build } from 'rolldown';

/**
 * Makes the command of src/cli: what every run needs in one file, what a conversion of a JKS store needs in a second one,
 * and the rest in files that are loaded when they are called for. CommonJS, since Node takes a tenth longer to start with ES modules.
 */
const laterSpawn = {
  name: 'load child_process when commander starts a program, which ours never lets it',
  resolveId: (source, importer) =>
    source === 'node:child_process' && importer?.includes('commander') ? '\0later-spawn' : null,
  load: (id) =>
    id === '\0later-spawn'
      ? { code: "export const spawn = (...args) => process.getBuiltinModule('node:child_process').spawn(...args);" }
      : null,
};

/** V8 keeps a file of nothing but ASCII in half the memory. */
const asciiOnly = {
  name: 'write characters beyond ASCII as escapes',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped);
  },
};

/** A getter for each export, for the case that it changes, costs every run 0.1 ms and 50 KB. None of ours ever does. */
const plainExports = {
  name: 'export values',
  generateBundle: (_, bundle) => {
    const getter =
      /Object\.defineProperty\(exports,[`"]([\w$]+)[`"],\{enumerable:!0,get:function\(\)\{return ?([^{}]+)\}\}\)/g;
    for (const chunk of Object.values(bundle)) chunk.code = chunk.code.replace(getter, 'exports.$1=$2');
  },
};

/**
 * From this length on V8 does not put a string where the first collection of garbage, which every run meets, has to move it, and thus
 * to make room for it (kMaxRegularHeapObjectSize, half a page).
 */
const unmovedLength = 131_073;

/** What bin/cache.js loads: a function, so that it need not make one of the text first. Behind a long one there is room. */
const asFunction = {
  name: 'make a function of each file',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      const code = `(function (exports, require, module) {${chunk.code}\n})`;
      chunk.code = code.length < unmovedLength / 2 ? code : code.padEnd(unmovedLength);
    }
  },
};

function escaped(codeUnit) {
  return `\\u${codeUnit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const common = {
  platform: 'node',
  transform: { target: 'node20.19' },
  plugins: [laterSpawn, plainExports, asciiOnly, asFunction],
};

const files = {
  dir: 'dist/command',
  format: 'cjs',
  dynamicImportInCjs: false,
  minify: true,
  comments: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
};

const rc2 = 'node-forge/lib/rc2.js';

await build({
  ...common,
  input: { main: 'src/cli/main.ts' },
  preserveEntrySignatures: 'allow-extension',
  // Large, seldom needed, and there in any case for the library.
  external: ['asn1js', 'pkijs', rc2],
  output: {
    ...files,
    paths: { [rc2]: './rc2.cjs' },
    codeSplitting: {
      // Each takes what it imports with it.
      groups: [
        { name: 'main', test: /rolldown.runtime|src\/cli\/(main|run)\.ts$/, priority: 2 },
        { name: 'convert', test: /src\/(cli\/convert\/(command|run-convert)|keystore\/jks\/jks)\.ts$/, priority: 1 },
        {
          name: 'pkcs12',
          test: /src\/(keystore\/pkcs12|crypto\/(kdf\/pkcs12|pbe|hash\/(iterate-digest|wasm-)|cipher\/block-cipher))/,
          priority: 0.5,
        },
      ],
    },
  },
});

// By itself, since with CommonJS inside the others would need helpers from a file more.
await build({ ...common, input: { rc2 }, output: files });
