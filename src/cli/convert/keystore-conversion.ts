import { wipe } from '../../bytes/wipe.js';
import { type ConversionResult, convert, convertKeys, SameAlgorithmError } from '../../convert/convert.js';
import { convertChain } from '../../convert/convert-chain.js';
import { convertEntries } from '../../convert/convert-entries.js';
import { convertTrusted } from '../../convert/convert-trusted.js';
import type { ServedChain } from '../../convert/served-chain.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { EntryNotFoundError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { UsageError } from '../failure.js';
import { addHint } from '../hints.js';
import { describeChain, describeCount } from './contents-text.js';
import type { OutputFile } from './output-files.js';
import type { ConvertSettings } from './settings.js';
import { tlsaWarnings } from './tlsa-warnings.js';

/** The output of one keystore. The files hold keys: overwrite their contents when done. */
export interface ConvertedKeystore {
  readonly files: readonly OutputFile[];
  /** The keys in the clear if they are encrypted in the files, to recognise an unchanged file. Overwrite them when done. */
  readonly keys: readonly PrivateKey[];
  /** What the files hold, for people. */
  readonly contents: string;
  readonly leaves: readonly Certificate[];
  readonly warnings: readonly Warning[];
  /** Choices that the user should know of, such as another leaf than the entry's own. */
  readonly notes: readonly string[];
  /** What `--json` prints of it, if the run prints JSON. */
  readonly json: object | undefined;
}

/** Passwords and choices that may be asked for, so they are not among the settings. */
export interface Answers {
  readonly storePass?: string | undefined;
  readonly keyPass?: string | undefined;
  readonly alias?: string | undefined;
}

/**
 * Converts one keystore into its output files.
 * @throws {Jks2PemError} by code
 * @throws {UsageError} if the chosen keys do not go into one file
 */
export async function convertKeystore(
  bytes: Uint8Array,
  settings: ConvertSettings,
  { storePass, keyPass, alias }: Answers,
  wantsJson: boolean,
): Promise<ConvertedKeystore> {
  const { limits, keyPasses = [], keyFormat, encryptKey, ...rest } = settings.conversion;
  const aliases = alias === undefined ? settings.conversion.aliases : [alias];
  const store = {
    ...(storePass !== undefined && { storePass }),
    ...(limits && { limits }),
    ...(aliases && { aliases }),
  };
  const passwords = { keyPasses: keyPass === undefined ? keyPasses : [...keyPasses, keyPass] };
  const writing = { ...(keyFormat && { keyFormat }), ...(encryptKey !== undefined && { encryptKey }) };
  const chain = { ...rest, ...store, ...passwords };
  const json = async () => (wantsJson ? await import('./result-json.js') : undefined);
  try {
    switch (settings.part) {
      case 'trusted': {
        const result = await convertTrusted(bytes, store);
        const contents = describeCount(result.certificates.length, 'trusted certificate');
        const split = settings.split && (await import('./split-files.js')).trustedFiles(result, settings.names);
        const files = split || [certificateFile(result.pem)];
        return { ...nothing, warnings: result.warnings, files, contents, json: (await json())?.trustedJson(result) };
      }
      case 'chain': {
        const result = await convertChain(bytes, chain);
        const contents = result.chains.map((chain) => describeChain(chain, settings.conversion.now)).join(', ');
        const files = [certificateFile(result.pem)];
        return {
          ...describe(result.chains, result.warnings, settings),
          files,
          contents,
          json: (await json())?.chainJson(result),
        };
      }
      case 'key': {
        const result = await convertKeys(bytes, { ...store, ...passwords, ...writing });
        wipe(...result.keys.map(({ keyPem }) => keyPem));
        const contents = result.keys.map(({ key }) => `${key.algorithm} key`).join(', ');
        const files = [{ name: undefined, content: result.pem, isSecret: true }];
        const keys = keptKeys(result.keys, settings);
        return { ...nothing, warnings: result.warnings, files, keys, contents, json: (await json())?.keyJson(result) };
      }
      case 'entries': {
        const result = await convertEntries(bytes, { ...chain, ...writing });
        const files = (await import('./split-files.js')).entryFiles(result, settings.names);
        wipe(...result.groups.map(({ keyPem }) => keyPem));
        const counts = [
          describeCount(result.groups.length, 'private key'),
          describeCount(result.trusted.length, 'trusted certificate'),
        ];
        const contents = counts.join(' and ');
        const keys = keptKeys(result.groups, settings);
        return {
          ...describe(result.groups, result.warnings, settings),
          files,
          keys,
          contents,
          json: (await json())?.entriesJson(result),
        };
      }
      case 'bundle': {
        const result = await convert(bytes, { ...chain, ...writing });
        const files = await bundleFiles(result, settings.layout);
        wipeRest(result, files);
        const contents = result.groups
          .map((group) => `${group.key.algorithm} key and ${describeChain(group, settings.conversion.now)}`)
          .join(', ');
        const keys = keptKeys(result.groups, settings);
        return {
          ...describe(result.groups, result.warnings, settings),
          files,
          keys,
          contents,
          json: (await json())?.bundleJson(result),
        };
      }
    }
  } catch (error) {
    if (error instanceof EntryNotFoundError && settings.part === 'trusted')
      addHint(error, 'jks2pem list KEYSTORE shows what is inside');
    if (error instanceof SameAlgorithmError) throw new UsageError(error.message);
    throw error;
  }
}

const nothing = { keys: [], leaves: [], notes: [] };

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

function describe(chains: readonly ServedChain[], warnings: readonly Warning[], { tlsaRecords }: ConvertSettings) {
  const served = chains.map(({ path }) => path.certificates);
  return {
    warnings: [...warnings, ...tlsaWarnings(served, tlsaRecords)],
    keys: [],
    leaves: chains.flatMap(({ path }) => path.certificates.slice(0, 1)),
    notes: chains.flatMap(({ alias, leafNote }) => (leafNote === undefined ? [] : [`"${alias}": ${leafNote}`])),
  };
}

/** The keys if they are needed to recognise an unchanged encrypted file; otherwise they are overwritten. */
function keptKeys(
  converted: readonly { readonly key: PrivateKey }[],
  { encryptKey }: ConvertSettings,
): readonly PrivateKey[] {
  const keys = converted.map(({ key }) => key);
  if (encryptKey !== undefined) return keys;
  wipe(...keys.map(({ pkcs8 }) => pkcs8));
  return [];
}

/** Overwrites the PEM of a result that is not among its files. */
function wipeRest({ groups, pem }: ConversionResult, files: readonly OutputFile[]): void {
  const kept = new Set(files.map(({ content }) => content));
  wipe(...[pem, ...groups.map(({ keyPem }) => keyPem)].filter((secret) => !kept.has(secret)));
}

/** Overwrites everything secret of a keystore whose files are not written. */
export function wipeConverted({ files, keys }: ConvertedKeystore): void {
  wipe(...files.map(({ content }) => content), ...keys.map(({ pkcs8 }) => pkcs8));
}
