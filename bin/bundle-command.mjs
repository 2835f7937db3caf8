import { build } from 'rolldown';

/**
 * Bundles the command of src/cli: one file that every run needs, one for converting a JKS keystore, and others that are loaded on demand.
 * The files are CommonJS, because Node takes a tenth longer to start with ES modules.
 */
const rc2 = 'node-forge/lib/rc2.js';

/** Commander uses child_process to start subcommands that are separate programs. jks2pem has none, and loading child_process takes 1 ms. */
const withoutChildProcess = {
  name: 'commander-without-child-process',
  resolveId: (id, importer) =>
    id === 'node:child_process' && importer?.includes('/commander/') ? 'without-child-process' : null,
  load: (id) => (id === 'without-child-process' ? 'export {};' : null),
};

/** Escapes characters beyond ASCII. V8 stores a source with one byte for each character only if no character is beyond Latin-1. */
const onlyAscii = {
  name: 'only-ascii',
  // This runs after the minifier, which replaces escapes by characters.
  generateBundle(_, bundle) {
    const toEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    for (const file of Object.values(bundle)) file.code = file.code.replace(/[^\0-\x7f]/g, toEscape);
  },
};

const common = {
  platform: 'node',
  plugins: [withoutChildProcess, onlyAscii],
  transform: { target: 'node20.19' },
};

const output = {
  dir: 'dist/command',
  format: 'cjs',
  // Defining a getter for each export would take 0.1 ms per run.
  externalLiveBindings: false,
  dynamicImportInCjs: false,
  minify: true,
  comments: false,
  // bin/cache.js calls this function. Wrapping the source there would copy it, and the copies would cause a garbage collection.
  postBanner: '(function (exports, require, module) {',
  postFooter: '})',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
};

await build({
  ...common,
  input: { main: 'src/cli/main.ts' },
  preserveEntrySignatures: 'allow-extension',
  // These packages are large, rarely needed, and installed for the library anyway.
  external: ['asn1js', 'pkijs', rc2],
  output: {
    ...output,
    paths: { [rc2]: './rc2.cjs' },
    codeSplitting: {
      // Each group also contains the modules that its files import.
      groups: [
        { name: 'main', test: /rolldown.runtime|src\/cli\/(main|run)\.ts$/, priority: 2 },
        { name: 'convert', test: /src\/(cli\/convert\/(command|run-convert)|keystore\/jks\/jks)\.ts$/, priority: 1 },
        { name: 'deploy', test: /src\/deploy\/transaction\.ts$/, priority: 0.7 },
        {
          name: 'pkcs12',
          test: /src\/(keystore\/pkcs12|crypto\/(kdf\/pkcs12|pbe|hash\/(iterate-digest|wasm-)|cipher\/block-cipher))/,
          priority: 0.5,
        },
      ],
    },
  },
});

// This is a separate build, because this CommonJS module in the build above would cause another file, with the bundler's runtime.
await build({ ...common, input: { rc2 }, output });
