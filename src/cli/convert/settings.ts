import type { IssuerSource } from '../../aia/complete-path.js';
import type { ConversionOptions } from '../../convert/conversion-options.js';
import type { TlsaRecord } from '../../x509/tlsa.js';
import type { Host } from '../host.js';
import { readCertificateFiles, readTlsaRecords } from '../input-files.js';
import type { Passwords } from '../password/passwords.js';
import { type ConvertOptions, type RequestedRights, readRights } from './options.js';
import { SplitNames } from './split-names.js';

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
  const { layout, alias, limit, chain, includeRoot, keyFormat, purpose, days } = options;
  const rights = readRights(options);
  const encryptKey = passwords.toEncryptWith(options.encryptKey);
  const storePass = passwords.given('storepass');
  const keyPasses = options.trusted ? [] : passwords.keyPasswords(options.keypass);
  const certificatesOf = async (paths: readonly string[] = []) =>
    options.trusted ? [] : readCertificateFiles(paths, host);
  const conversion = {
    now: host.now(),
    preference: chain,
    includeRoot: includeRoot ?? false,
    keyFormat,
    purpose,
    addedCertificates: await certificatesOf(options.addCert),
    ...(options.trust && { trustAnchors: await certificatesOf(options.trust) }),
    ...(keyPasses.length > 0 && { keyPasses }),
    ...(days !== undefined && { days }),
    ...(encryptKey !== undefined && { encryptKey }),
    ...(limit && { limits: limit }),
    ...(alias && { aliases: alias }),
    ...(options.fetchIssuers && { issuerSource: await issuerSource(options.fetchPrivate ?? false) }),
  };
  return {
    part: partOf(options),
    layout,
    split: options.split ?? false,
    names: new SplitNames(),
    rights,
    tlsaRecords: readTlsaRecords(options.tlsa ?? [], host),
    conversion,
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
