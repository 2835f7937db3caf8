import { wipe } from '../../bytes/wipe.js';
import { SameAlgorithmError } from '../../convert/convert.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { EntryNotFoundError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { UsageError } from '../failure.js';
import { addHint } from '../hints.js';
import type { OutputFile } from './output-files.js';
import { type ConvertedPart, partConversions } from './part-conversion.js';
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

/** The keys if they are needed to recognise an unchanged encrypted file; otherwise they are overwritten. */
function keptKeys({ keys }: ConvertedPart, { encryptKey }: ConvertSettings): readonly PrivateKey[] {
  const all = keys.map(({ key }) => key);
  if (encryptKey !== undefined) return all;
  wipe(...all.map(({ pkcs8 }) => pkcs8));
  return [];
}

/** Overwrites everything secret of a keystore whose files are not written. */
export function wipeConverted({ files, keys }: ConvertedKeystore): void {
  wipe(...files.map(({ content }) => content), ...keys.map(({ pkcs8 }) => pkcs8));
}
