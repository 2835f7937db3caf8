import type { IssuerSource } from '../../aia/complete-path.js';
import type { ConversionOptions } from '../../convert/convert.js';
import type { Host } from '../host.js';
import { readCertificateFiles } from '../input-files.js';
import type { Passwords } from '../password/passwords.js';
import { type ConvertOptions, type Rights, readRights } from './options.js';

/** What every keystore of a run is converted with, read once from the sources that the options name. */
export interface ConvertSettings {
  /** The store password if it was given, without a question. */
  readonly storePass?: string;
  readonly trusted: boolean;
  readonly layout: ConvertOptions['layout'];
  readonly rights: Rights;
  /** The password that keys are encrypted with. */
  readonly encryptKey?: string;
  /** Everything that `convert` of the library takes, except the store password. */
  readonly conversion: ConversionOptions;
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
  const { layout, alias, limit, chain, includeRoot, keyFormat } = options;
  const trusted = options.trusted ?? false;
  const rights = readRights(options);
  const encryptKey = passwords.toEncryptWith(options.encryptKey);
  const storePass = passwords.given('storepass');
  const keyPass = trusted ? undefined : passwords.given('keypass');
  const certificatesOf = async (paths: readonly string[] = []) => (trusted ? [] : readCertificateFiles(paths, host));
  const conversion: ConversionOptions = {
    now: host.now(),
    preference: chain,
    includeRoot: includeRoot ?? false,
    keyFormat,
    addedCertificates: await certificatesOf(options.addCert),
    ...(options.trust && { trustAnchors: await certificatesOf(options.trust) }),
    ...(keyPass !== undefined && { keyPasses: [keyPass] }),
    ...(encryptKey !== undefined && { encryptKey }),
    ...(limit && { limits: limit }),
    ...(alias && { aliases: alias }),
    ...(options.fetchIssuers && { issuerSource: await issuerSource(options.fetchPrivate ?? false) }),
  };
  return {
    trusted,
    layout,
    rights,
    conversion,
    ...(storePass !== undefined && { storePass }),
    ...(encryptKey !== undefined && { encryptKey }),
  };
}

async function issuerSource(fetchPrivate: boolean): Promise<IssuerSource> {
  const { downloadCertificates } = await import('../../aia/download.js');
  return (url) => downloadCertificates(url, { fetchPrivate });
}
