import { build } from 'rolldown';

/**
 * Bundles the command of src/cli: one file that every run needs, one for converting a JKS keystore, and others that are loaded on demand.
 * CommonJS, because Node takes a tenth longer to start with ES modules.
 */
const rc2 = 'node-forge/lib/rc2.js';

const common = {
  platform: 'node',
  transform: { target: 'node20.19' },
};

const output = {
  dir: 'dist/command',
  format: 'cjs',
  // Node takes 0.1 ms per run to define a getter for each export.
  externalLiveBindings: false,
  dynamicImportInCjs: false,
  minify: true,
  comments: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
};

await build({
  ...common,
  input: { main: 'src/cli/main.ts' },
  preserveEntrySignatures: 'allow-extension',
  // Large, seldom needed, and installed for the library anyway.
  external: ['asn1js', 'pkijs', rc2],
  output: {
    ...output,
    paths: { [rc2]: './rc2.cjs' },
    codeSplitting: {
      // Each group takes along what its files import.
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

// Separately, because in the same build CommonJS would need a file of runtime support.
await build({ ...common, input: { rc2 }, output });
