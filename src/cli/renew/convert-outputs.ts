import { join } from 'node:path';
import type { FileContent } from '../../deploy/file-content.js';
import { PassphraseRequiredError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import type { ConfiguredKeystore, ConfiguredOutput } from '../configuration/configuration.js';
import { type ConvertedKeystore, convertKeystore, wipeConverted } from '../convert/convert-keystore.js';
import { fileContent, readableKeyWarning } from '../convert/output-files.js';
import { type ConvertSettings, readKeystoreSettings, withOutputSettings } from '../convert/read-settings.js';
import { requireOtherFile } from '../convert/targets.js';
import { addHint } from '../hints.js';
import type { Host } from '../host.js';
import { readKeystoreFile } from '../input-files.js';
import type { Passwords } from '../password/passwords.js';

/** An output of a keystore, with its new content. */
export interface ConvertedOutput {
  readonly output: ConfiguredOutput;
  readonly settings: ConvertSettings;
  readonly converted: ConvertedKeystore;
  /** The units of the output. A unit is replaced in one step: it is a file, or all files of a layout. */
  readonly units: readonly OutputUnit[];
}

export interface OutputUnit {
  /** The path of the file, or of the directory that contains the files. */
  readonly path: string;
  /** The contents by file name in the directory. The name is empty for a single file. */
  readonly files: ReadonlyMap<string, FileContent>;
}

/**
 * Converts a keystore for each of its outputs. The keystore is read once, so that all outputs come from the same version of it.
 * @throws {Jks2PemError} if the keystore cannot be converted
 * @throws {InputError} if a file cannot be read
 * @throws {UsageError} if a setting is invalid
 */
export async function convertOutputs(
  { name, keystore, options, outputs }: ConfiguredKeystore,
  passwords: Passwords,
  host: Host,
  wantsJson: boolean,
): Promise<ConvertedOutput[]> {
  const common = await readKeystoreSettings(options, passwords, host);
  const bytes = await readKeystoreFile(keystore, host, options.limit);
  const done: ConvertedOutput[] = [];
  try {
    for (const output of outputs) {
      requireOtherFile({ keystore, path: output.path });
      const settings = withOutputSettings(common, output.options, passwords);
      const { storePass } = settings;
      const converted = await passwords.explaining(() => convertKeystore(bytes, settings, { storePass }, wantsJson));
      done.push({ output, settings, converted, units: unitsOf(output, settings, converted) });
    }
    return done;
  } catch (error) {
    wipeOutputs(done);
    if (error instanceof PassphraseRequiredError) addHint(error, `add storepass = "file:PATH" to [${name}]`);
    throw error;
  }
}

export function wipeOutputs(outputs: readonly ConvertedOutput[]): void {
  for (const { converted } of outputs) wipeConverted(converted);
}

/** Returns the distinct warnings of all outputs. Most of them concern the keystore, and are the same for all outputs. */
export function warningsOf(outputs: readonly ConvertedOutput[], host: Host): Warning[] {
  const all = outputs.flatMap(({ converted, units, settings }) => [
    ...converted.warnings,
    ...(settings.encryptKey === undefined ? units.flatMap((unit) => readableKeys(unit, settings, host)) : []),
  ]);
  const byText = new Map(all.map((warning) => [JSON.stringify(warning), warning]));
  return [...byText.values()];
}

/** Returns the paths of the files of a unit. */
export function filesOf({ path, files }: OutputUnit): string[] {
  return [...files.keys()].map((name) => (name === '' ? path : join(path, name)));
}

function readableKeys({ path, files }: OutputUnit, { rights }: ConvertSettings, host: Host): Warning[] {
  return [...files].flatMap(([name, { holdsKey }]) => {
    if (!holdsKey) return [];
    const file = name === '' ? path : join(path, name);
    return readableKeyWarning(file, rights, host) ?? [];
  });
}

/** Returns the units of an output. Each file of `split` is a unit; the files of a layout are one unit. */
function unitsOf({ path }: ConfiguredOutput, settings: ConvertSettings, converted: ConvertedKeystore): OutputUnit[] {
  const files = converted.files.map((file) => ({ file, content: fileContent(file, converted.keys, settings) }));
  if (!settings.split) return [{ path, files: new Map(files.map(({ file, content }) => [file.name ?? '', content])) }];
  return files.map(({ file, content }) => ({ path: join(path, file.name ?? ''), files: new Map([['', content]]) }));
}
