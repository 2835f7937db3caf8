import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

const root = join(import.meta.dirname, '..');

/**
 * Bundles the library of src/index.ts: index.js and the chunks that it imports contain what every program needs; the chunk of a keystore
 * format is loaded on demand.
 */
async function bundleModules() {
  await build({
    cwd: root,
    input: 'src/index.ts',
    platform: 'node',
    transform: { target: 'node20.19' },
    external: ['asn1js', 'pkijs', 'node-forge/lib/rc2.js'],
    logLevel: 'warn',
    checks: { ineffectiveDynamicImport: false },
    output: {
      dir: 'dist',
      format: 'esm',
      // The output is not minified, so that stack traces are readable. It has no docstrings, because index.d.ts contains them.
      comments: { jsdoc: false, annotation: true, legal: true },
      chunkFileNames: 'chunks/[name].js',
      // If each of these small files were a separate chunk, importing the library would take a tenth longer.
      codeSplitting: {
        groups: [
          { name: 'base', test: /src\/(bytes|errors|limits|warnings)/, priority: 1 },
          { name: 'asn1', test: /src\/asn1/ },
        ],
      },
    },
  });
}

/** Rolls the declarations that tsc wrote to .cache/types up into dist/index.d.ts, which contains only exported names. */
async function bundleTypes() {
  // This package is loaded here, because that takes a second, and builds with --no-types do not need it.
  const { Extractor, ExtractorConfig, ExtractorLogLevel } = await import('@microsoft/api-extractor');
  const packageJsonFullPath = join(root, 'package.json');
  const untrimmedFilePath = join(root, 'dist/index.d.ts');
  const extractorConfig = ExtractorConfig.prepare({
    packageJsonFullPath,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, '.cache/types/index.d.ts'),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.json') },
      apiReport: { enabled: false, reportFileName: 'unused.api.md' },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // TypeDoc checks the docstrings.
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // TypeDoc checks that all types in the API are exported, and that links are valid.
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        },
      },
    },
  });
  const { succeeded } = Extractor.invoke(extractorConfig, {
    localBuild: true,
    messageCallback: (message) => {
      // This message says which TypeScript is used.
      if (message.messageId === 'console-preamble') message.handled = true;
    },
  });
  if (!succeeded) throw new Error('the types cannot be rolled up into one file');
  // With this, programs without Node's types can be compiled; KeyObject is then `any`.
  const types = readFileSync(untrimmedFilePath, 'utf8');
  writeFileSync(untrimmedFilePath, types.replaceAll(/^(?=import .* from 'node:)/gm, '// @ts-ignore\n'));
}

await bundleModules();
if (!process.argv.includes('--no-types')) await bundleTypes();
