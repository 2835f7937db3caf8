import type { IssuerSource } from '../../aia/complete-path.js';
import type { ConversionOptions } from '../../convert/conversion-options.js';
import type { TlsaRecord } from '../../x509/tlsa.js';
import type { Host } from '../host.js';
import { readCertificateFiles, readTlsaRecords } from '../input-files.js';
import type { Passwords } from '../password/passwords.js';
import { type ConvertOptions, type RequestedRights, readRights } from './options.js';
import { SplitNames } from './split-files.js';

/** What every keystore of a run is converted with, read once from the sources that the options name. */
export interface ConvertSettings {
  /** The store password if it was given, without a question. */
  readonly storePass?: string;
  /** What of a keystore is written: key and chain, one of them, trusted certificates, or every entry by itself. */
  readonly part: 'bundle' | 'key' | 'chain' | 'trusted' | 'entries';
  readonly layout: ConvertOptions['layout'];
  /** Whether each entry goes to a file of its own. */
  readonly split: boolean;
  /** The names of those files. */
  readonly names: SplitNames;
  readonly rights: RequestedRights;
  /** The password that keys are encrypted with. */
  readonly encryptKey?: string;
  /** The TLSA records that are published for the server. */
  readonly tlsaRecords: readonly TlsaRecord[];
  /** Everything that `convert` of the library takes, except the store password. */
  readonly conversion: ConversionOptions & { readonly now: Date };
}

/**
 * Reads the sources that the options name, each once: certificate files, and passwords that need no question.
 * @throws {InputError} if a file cannot be read
 * @throws {UsageError} if a password source is not one
 */
export async function readSettings(
  options: ConvertOptions,
  passwords: Passwords,
  host: Host,
): Promise<ConvertSettings> {
  return withOutputSettings(await readKeystoreSettings(options, passwords, host), options, passwords);
}

/** The part of the settings that the outputs of one keystore have in common. */
export type KeystoreSettings = Pick<ConvertSettings, 'storePass' | 'tlsaRecords' | 'conversion'>;

/** The first half of {@link readSettings}. */
export async function readKeystoreSettings(
  options: ConvertOptions,
  passwords: Passwords,
  host: Host,
): Promise<KeystoreSettings> {
  const { limit, chain, purpose, days } = options;
  const storePass = passwords.given('storepass');
  const keyPasses = options.trusted ? [] : passwords.keyPasswords(options.keypass);
  const certificatesOf = async (paths: readonly string[] = []) =>
    options.trusted ? [] : readCertificateFiles(paths, host);
  const conversion = {
    now: host.now(),
    preference: chain,
    purpose,
    addedCertificates: await certificatesOf(options.addCert),
    ...(options.trust && { trustAnchors: await certificatesOf(options.trust) }),
    ...(keyPasses.length > 0 && { keyPasses }),
    ...(days !== undefined && { days }),
    ...(limit && { limits: limit }),
    ...(options.fetchIssuers && { issuerSource: await issuerSource(options.fetchPrivate ?? false) }),
  };
  const tlsaRecords = readTlsaRecords(options.tlsa ?? [], host);
  return { tlsaRecords, conversion, ...(storePass !== undefined && { storePass }) };
}

/** The second half: what belongs to one output. */
export function withOutputSettings(
  { storePass, tlsaRecords, conversion }: KeystoreSettings,
  options: ConvertOptions,
  passwords: Passwords,
): ConvertSettings {
  const { layout, includeRoot, keyFormat } = options;
  const rights = readRights(options);
  const encryptKey = passwords.toEncryptWith(options.encryptKey);
  return {
    part: partOf(options),
    layout,
    split: options.split ?? false,
    names: new SplitNames(),
    rights,
    tlsaRecords,
    conversion: {
      ...conversion,
      includeRoot: includeRoot ?? false,
      keyFormat,
      ...(options.alias && { aliases: options.alias }),
      ...(encryptKey !== undefined && { encryptKey }),
    },
    ...(storePass !== undefined && { storePass }),
    ...(encryptKey !== undefined && { encryptKey }),
  };
}

function partOf({ trusted, only, split }: ConvertOptions): ConvertSettings['part'] {
  if (split) return trusted ? 'trusted' : 'entries';
  if (trusted) return 'trusted';
  return only ?? 'bundle';
}

async function issuerSource(fetchPrivate: boolean): Promise<IssuerSource> {
  const { downloadCertificates } = await import('../../aia/download.js');
  return (url) => downloadCertificates(url, { fetchPrivate });
}
