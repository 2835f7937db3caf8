import { wipe } from '../../bytes/wipe.js';
import { convert, SameAlgorithmError } from '../../convert/convert.js';
import { convertTrusted } from '../../convert/convert-trusted.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { Warning } from '../../warnings.js';
import { UsageError } from '../failure.js';
import { describeContents, type OutputFile, outputFiles, type Result } from './output-files.js';
import type { ConvertSettings } from './settings.js';

/** What one keystore gave. The files hold keys: overwrite their contents when done. */
export interface ConvertedKeystore {
  readonly files: readonly OutputFile[];
  /** The keys in the clear if they are encrypted in the files, to recognise an unchanged file. Overwrite them when done. */
  readonly keys: readonly PrivateKey[];
  readonly contents: string;
  readonly warnings: readonly Warning[];
  /** Choices that the user should know of, such as another leaf than the entry's own. */
  readonly notes: readonly string[];
  /** Host names of the certificates, if the run has a deploy hook. */
  readonly domains: readonly string[];
  /** What `--json` prints of it, if the run prints JSON. */
  readonly json: object | undefined;
}

/** What a run wants to know of each keystore beside its files. */
export interface WantedDetails {
  readonly json: boolean;
  readonly domains: boolean;
}

/**
 * Converts one keystore into its output files.
 * @param keyPass a password of the key that was asked for after the others failed
 * @throws {Jks2PemError} by code
 * @throws {UsageError} if the chosen keys do not go into one file
 */
export async function convertKeystore(
  bytes: Uint8Array,
  settings: ConvertSettings,
  { storePass, keyPass }: { readonly storePass: string; readonly keyPass?: string | undefined },
  wanted: WantedDetails,
): Promise<ConvertedKeystore> {
  const result = await resultOf(bytes, settings, storePass, keyPass);
  const files = await outputFiles(result, settings.layout);
  const keys = settings.encryptKey !== undefined && 'groups' in result ? result.groups.map(({ key }) => key) : [];
  wipeRest(result, files, keys);
  return {
    files,
    keys,
    contents: describeContents(result),
    warnings: result.warnings,
    notes: notesOf(result),
    domains: wanted.domains ? (await import('./deploy-hook.js')).domainsOf(result) : [],
    json: wanted.json ? (await import('./json.js')).resultJson(result) : undefined,
  };
}

async function resultOf(
  bytes: Uint8Array,
  { trusted, conversion }: ConvertSettings,
  storePass: string,
  keyPass: string | undefined,
): Promise<Result> {
  const { limits } = conversion;
  if (trusted) return convertTrusted(bytes, { storePass, ...(limits && { limits }) });
  try {
    return await convert(bytes, { ...conversion, storePass, ...(keyPass !== undefined && { keyPasses: [keyPass] }) });
  } catch (error) {
    // What was asked for with -a cannot be had in one file: a matter of usage.
    if (error instanceof SameAlgorithmError) throw new UsageError(error.message);
    throw error;
  }
}

function notesOf(result: Result): string[] {
  if (!('groups' in result)) return [];
  return result.groups.flatMap(({ alias, leafNote }) => (leafNote === undefined ? [] : [`"${alias}": ${leafNote}`]));
}

/** Overwrites the secrets of a result that are not handed on. */
function wipeRest(result: Result, files: readonly OutputFile[], keys: readonly PrivateKey[]): void {
  if (!('groups' in result)) return;
  const secrets = [result.pem, ...result.groups.flatMap(({ key, keyPem }) => [key.pkcs8, keyPem])];
  const kept = new Set([...files.map(({ content }) => content), ...keys.map(({ pkcs8 }) => pkcs8)]);
  wipe(...secrets.filter((secret) => !kept.has(secret)));
}

/** Overwrites everything secret of a keystore whose files are not written. */
export function wipeConverted({ files, keys }: ConvertedKeystore): void {
  wipe(...files.map(({ content }) => content), ...keys.map(({ pkcs8 }) => pkcs8));
}
