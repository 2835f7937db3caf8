import { wipe } from '../../bytes/wipe.js';
import { type ConversionResult, type ConvertedKey, convert, convertKeys } from '../../convert/convert.js';
import { convertChain } from '../../convert/convert-chain.js';
import { convertEntries } from '../../convert/convert-entries.js';
import { convertTrusted } from '../../convert/convert-trusted.js';
import type { ServedChain } from '../../convert/served-chain.js';
import type { Warning } from '../../warnings.js';
import { describeChain, describeCount } from './chain-text.js';
import type { OutputFile } from './output-files.js';
import type { ConvertSettings } from './read-settings.js';
import { entryFiles, trustedFiles } from './split-files.js';

/** The output of one {@link ConvertSettings.part} of a keystore. */
export interface ConvertedPart {
  readonly files: readonly OutputFile[];
  /** A description of the files, for messages. */
  readonly contents: string;
  readonly warnings: readonly Warning[];
  readonly chains: readonly ServedChain[];
  /** The unencrypted keys. The files contain the same keys, but possibly encrypted. */
  readonly keys: readonly Pick<ConvertedKey, 'key'>[];
  /** Returns the JSON for `--json`. The code for it is loaded only when this is called. */
  json(): Promise<object>;
}

/** The options of the library's conversion functions, including the passwords and the aliases for this keystore. */
type PartOptions = ConvertSettings['conversion'];

type ConvertPart = (bytes: Uint8Array, options: PartOptions, settings: ConvertSettings) => Promise<ConvertedPart>;

export const partConversions: Readonly<Record<ConvertSettings['part'], ConvertPart>> = {
  async bundle(bytes, options, { layout }) {
    const result = await convert(bytes, options);
    const { groups, warnings } = result;
    const files = await bundleFiles(result, layout);
    wipeRest(result, files);
    const contents = groups.map((group) => `${group.key.algorithm} key and ${describeChain(group, options.now)}`);
    const json = async () => (await import('./result-json.js')).bundleJson(result);
    return { files, contents: contents.join(', '), warnings, chains: groups, keys: groups, json };
  },

  async key(bytes, options) {
    const result = await convertKeys(bytes, keyOptions(options));
    const { keys, pem, warnings } = result;
    wipe(...keys.map(({ keyPem }) => keyPem));
    const contents = keys.map(({ key }) => `${key.algorithm} key`).join(', ');
    const json = async () => (await import('./result-json.js')).keyJson(result);
    return { files: [{ name: undefined, content: pem, isSecret: true }], contents, warnings, chains: [], keys, json };
  },

  async chain(bytes, { keyFormat: _, encryptKey: __, ...options }) {
    const result = await convertChain(bytes, options);
    const { chains, pem, warnings } = result;
    const contents = chains.map((chain) => describeChain(chain, options.now)).join(', ');
    const json = async () => (await import('./result-json.js')).chainJson(result);
    return { files: [certificateFile(pem)], contents, warnings, chains, keys: [], json };
  },

  async trusted(bytes, options, { split, names }) {
    const result = await convertTrusted(bytes, storeOptions(options));
    const { certificates, pem, warnings } = result;
    const files = split ? trustedFiles(result, names) : [certificateFile(pem)];
    const contents = describeCount(certificates.length, 'trusted certificate');
    const json = async () => (await import('./result-json.js')).trustedJson(result);
    return { files, contents, warnings, chains: [], keys: [], json };
  },

  async entries(bytes, options, { names }) {
    const result = await convertEntries(bytes, options);
    const { groups, trusted, warnings } = result;
    const files = entryFiles(result, names);
    wipe(...groups.map(({ keyPem }) => keyPem));
    const counts = [
      [groups.length, 'private key'],
      [trusted.length, 'trusted certificate'],
    ] as const;
    const contents = counts.flatMap(([count, what]) => (count > 0 ? [describeCount(count, what)] : [])).join(' and ');
    const json = async () => (await import('./result-json.js')).entriesJson(result);
    return { files, contents, warnings, chains: groups, keys: groups, json };
  },
};

/** Returns the options that `convertTrusted` accepts; it refuses others. */
function storeOptions({ storePass, limits, aliases }: PartOptions) {
  return {
    ...(storePass !== undefined && { storePass }),
    ...(limits && { limits }),
    ...(aliases && { aliases }),
  };
}

/** Returns the options that `convertKeys` accepts; it refuses others. */
function keyOptions(options: PartOptions) {
  const { keyPasses, keyFormat, encryptKey } = options;
  return {
    ...storeOptions(options),
    ...(keyPasses && { keyPasses }),
    ...(keyFormat && { keyFormat }),
    ...(encryptKey !== undefined && { encryptKey }),
  };
}

function certificateFile(content: Uint8Array): OutputFile {
  return { name: undefined, content, isSecret: false };
}

async function bundleFiles(
  { groups, pem }: ConversionResult,
  layout: ConvertSettings['layout'],
): Promise<OutputFile[]> {
  const [group] = groups;
  if (layout !== 'certbot' || group === undefined) return [{ name: undefined, content: pem, isSecret: true }];
  const { toCertbotFiles } = await import('../../pem/certbot-files.js');
  return Object.entries(toCertbotFiles(group.keyPem, group.path)).map(([name, content]) => {
    return { name, content, isSecret: name === 'privkey.pem' };
  });
}

/** Overwrites the PEM of a result, except the parts that are used as files. */
function wipeRest({ groups, pem }: ConversionResult, files: readonly OutputFile[]): void {
  const kept = new Set(files.map(({ content }) => content));
  wipe(...[pem, ...groups.map(({ keyPem }) => keyPem)].filter((secret) => !kept.has(secret)));
}
