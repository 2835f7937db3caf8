import { build } from 'rolldown';

/**
 * Bundles programs written in TypeScript, such as that of `npm run bench`, for Node: `node test/bundle-program.mjs DIRECTORY FILE...`.
 * Imported packages stay outside.
 */
const [directory, ...input] = process.argv.slice(2);
await build({
  input,
  platform: 'node',
  external: /^[^./]/,
  logLevel: 'silent',
  output: { dir: directory, format: 'esm' },
});
