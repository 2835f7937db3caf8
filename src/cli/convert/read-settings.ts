import type { IssuerSource } from '../../aia/complete-path.js';
import type { ConversionOptions } from '../../convert/conversion-options.js';
import type { TlsaRecord } from '../../x509/tlsa.js';
import type { Host } from '../host.js';
import { readCertificateFiles, readTlsaRecords } from '../input-files.js';
import type { Passwords } from '../password/passwords.js';
import { type ConvertOptions, type KeystorePart, type RequestedRights, readRights } from './options.js';
import { SplitNames } from './split-files.js';

/**
 * The settings of a run of `convert`, which are the same for all its keystores, or of an output of `renew`. They contain what was read from
 * the files and variables that the options name.
 */
export interface ConvertSettings {
  /** The store password from `--storepass` or JKS2PEM_STOREPASS. */
  readonly storePass?: string;
  readonly part: KeystorePart;
  readonly layout: ConvertOptions['layout'];
  /** Whether each entry is written to a separate file. */
  readonly split: boolean;
  /** Creates the names of those files. */
  readonly names: SplitNames;
  readonly rights: RequestedRights;
  /** The password for the encryption of keys. */
  readonly encryptKey?: string;
  /** The TLSA records that are published for the server. */
  readonly tlsaRecords: readonly TlsaRecord[];
  /** The options of the library's `convert`, except the store password. */
  readonly conversion: ConversionOptions & { readonly now: Date };
}

/**
 * Reads the settings, including the certificates, TLSA records and passwords that the options name.
 * @throws {InputError} if a file cannot be read
 * @throws {UsageError} if an option is invalid, or a file has other content than its option needs
 */
export async function readSettings(
  options: ConvertOptions,
  passwords: Passwords,
  host: Host,
): Promise<ConvertSettings> {
  return withOutputSettings(await readKeystoreSettings(options, passwords, host), options, passwords);
}

/** The settings that all outputs of a keystore share. */
type KeystoreSettings = Pick<ConvertSettings, 'storePass' | 'tlsaRecords' | 'conversion'>;

/** Reads the settings of a keystore: the first step of {@link readSettings}. */
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

/** Adds the settings of an output: the second step of {@link readSettings}. */
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
