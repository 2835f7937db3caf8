import { wipe } from '../../bytes/wipe.js';
import { SameAlgorithmError } from '../../convert/convert.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { EntryNotFoundError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { UsageError } from '../command-errors.js';
import { addHint } from '../hints.js';
import { type ConvertedPart, partConversions } from './convert-part.js';
import type { OutputFile } from './output-files.js';
import type { ConvertSettings } from './read-settings.js';
import { tlsaWarnings } from './tlsa-warnings.js';

/** The output of one keystore. The files may contain unencrypted keys: overwrite their contents in memory after use. */
export interface ConvertedKeystore {
  readonly files: readonly OutputFile[];
  /**
   * If the files contain encrypted keys, the same keys without encryption: they are needed to recognize an unchanged file. Otherwise empty.
   * Overwrite them after use.
   */
  readonly keys: readonly PrivateKey[];
  /** A description of the files, for messages. */
  readonly contents: string;
  readonly leaves: readonly Certificate[];
  readonly warnings: readonly Warning[];
  /** Messages about the leaves that replace an entry's own certificate: where each comes from, and why. */
  readonly notes: readonly string[];
  /** The JSON of the keystore, if `--json` was given. */
  readonly json: object | undefined;
}

/** The values for which the user may be asked, as far as they are known. */
export interface Answers {
  readonly storePass?: string | undefined;
  readonly keyPass?: string | undefined;
  readonly alias?: string | undefined;
}

/**
 * Converts one keystore to its output files.
 * @throws {Jks2PemError} if it cannot be converted
 * @throws {UsageError} if two of the chosen keys have the same algorithm, and therefore cannot be in the same file
 */
export async function convertKeystore(
  bytes: Uint8Array,
  settings: ConvertSettings,
  { storePass, keyPass, alias }: Answers,
  wantsJson: boolean,
): Promise<ConvertedKeystore> {
  const { conversion, part } = settings;
  const options = {
    ...conversion,
    keyPasses: [...(conversion.keyPasses ?? []), ...(keyPass === undefined ? [] : [keyPass])],
    ...(storePass !== undefined && { storePass }),
    ...(alias !== undefined && { aliases: [alias] }),
  };
  try {
    const converted = await partConversions[part](bytes, options, settings);
    const { files, contents, warnings, chains } = converted;
    return {
      files,
      contents,
      keys: keptKeys(converted, settings),
      leaves: chains.flatMap(({ path }) => path.certificates.slice(0, 1)),
      warnings: [
        ...warnings,
        ...tlsaWarnings(
          chains.map(({ path }) => path.certificates),
          settings.tlsaRecords,
        ),
      ],
      notes: chains.flatMap(({ alias, leafNote }) => (leafNote === undefined ? [] : [`"${alias}": ${leafNote}`])),
      json: wantsJson ? await converted.json() : undefined,
    };
  } catch (error) {
    if (error instanceof EntryNotFoundError && part === 'trusted')
      addHint(error, 'jks2pem list KEYSTORE shows what is inside');
    if (error instanceof SameAlgorithmError) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * Returns the keys if the files contain encrypted keys, because they are needed to recognize an unchanged file. Otherwise overwrites the
 * keys, and returns none.
 */
function keptKeys({ keys }: ConvertedPart, { encryptKey }: ConvertSettings): readonly PrivateKey[] {
  const all = keys.map(({ key }) => key);
  if (encryptKey !== undefined) return all;
  wipe(...all.map(({ pkcs8 }) => pkcs8));
  return [];
}

/** Overwrites the keys and the contents of the files in memory. */
export function wipeConverted({ files, keys }: ConvertedKeystore): void {
  wipe(...files.map(({ content }) => content), ...keys.map(({ pkcs8 }) => pkcs8));
}
