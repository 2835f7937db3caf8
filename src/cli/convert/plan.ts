import type { Limits } from '../../limits.js';
import type { KeyFormat } from '../../pem/key.js';
import type { PathPreference } from '../../x509/path/certification-path.js';
import { readCertificateFiles } from '../certificate-files.js';
import type { Host } from '../host.js';
import type { Passwords } from '../password/passwords.js';
import type { ConvertOptions } from './options.js';

/** How keystores are converted, whichever they are: plain data, which can be given to a thread. */
export interface ConversionPlan {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly storePass: string;
  readonly keyPass?: string;
  readonly encryptKey?: string;
  /** Trusted certificates are wanted, and no key. */
  readonly trusted: boolean;
  readonly aliases?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly preference: PathPreference;
  readonly includeRoot: boolean;
  readonly keyFormat: KeyFormat;
  readonly layout: ConvertOptions['layout'];
  readonly fetchIssuers: boolean;
  /** DER. */
  readonly addedCertificates: readonly Uint8Array[];
  readonly trustAnchors?: readonly Uint8Array[];
}

/**
 * Reads everything that an option names, each source once.
 * @param what whose password is asked for, if it has to be
 */
export async function planConversion(
  options: ConvertOptions,
  { what, encryptKey }: { readonly what: string; readonly encryptKey: string | undefined },
  passwords: Passwords,
  host: Host,
): Promise<ConversionPlan> {
  const storePass = await passwords.storePassword(what);
  const trusted = options.trusted ?? false;
  const keyPass = trusted ? undefined : passwords.given('keypass');
  const certificatesOf = async (paths: readonly string[]) =>
    (await readCertificateFiles(paths, host)).map((certificate) => certificate.der);
  return {
    now: host.now().getTime(),
    storePass,
    ...(keyPass !== undefined && { keyPass }),
    ...(encryptKey !== undefined && { encryptKey }),
    trusted,
    ...(options.alias && { aliases: options.alias }),
    ...(options.limit && { limits: options.limit }),
    preference: options.chain,
    includeRoot: options.includeRoot ?? false,
    keyFormat: options.keyFormat,
    layout: options.layout,
    fetchIssuers: options.fetchIssuers ?? false,
    addedCertificates: trusted ? [] : await certificatesOf(options.addCert ?? []),
    ...(options.trust && !trusted && { trustAnchors: await certificatesOf(options.trust) }),
  };
}
