import { aBoolean, aString, checkArgument } from '../bytes/check-arguments.js';
import { hideFromLogs } from '../bytes/hide-from-logs.js';
import { Jks2PemError } from '../errors.js';
import { toCertificateFile } from '../pem/encode-certificates.js';
import { type ConversionOptions, chainExpectations, keyWritingExpectations } from './conversion-options.js';
import { aConversionResult, type ConversionResult, checkCall, convert, wipeResult } from './convert.js';
import { convertTrusted } from './convert-trusted.js';

/** Key and certificates as PEM, for `tls`, `https`, and the clients of databases and message brokers. */
export interface TlsOptions {
  /** The private key. A string cannot be overwritten: keep it no longer than needed. Logs do not show it. */
  readonly key: string;
  /** The leaf and its issuers, in the order in which they are sent. */
  readonly cert: string;
}

/** TLS options with the trusted certificates of the keystore. `key` and `cert` are missing if it contains no private key. */
export interface TrustingTlsOptions extends Partial<TlsOptions> {
  /** The trusted certificates. With this option, Node trusts only these, and none of its own roots. */
  readonly ca: string;
}

/** Options of {@link readTlsOptions}. */
export interface ReadTlsOptions extends ConversionOptions {
  /** Adds the trusted certificates as `ca`. An issuer in the chain of the private key is added only if it is also a trusted certificate. */
  readonly trusted?: boolean;
}

const text = (pem: Uint8Array) => new TextDecoder().decode(pem);

/**
 * Converts the result of {@link convert} to options for Node's `tls` module.
 * @param alias selects one of several private keys
 * @throws {TypeError} if an argument has a wrong type
 * @throws {RangeError} if there are several private keys and no alias, or if no key has this alias
 * @example
 * const server = https.createServer(tlsOptions(await convert(bytes, { storePass })), listener);
 */
export function tlsOptions(result: ConversionResult, alias?: string): TlsOptions {
  checkArgument('tlsOptions', 'result', result, aConversionResult);
  if (alias !== undefined) checkArgument('tlsOptions', 'alias', alias, aString);
  const groups = alias === undefined ? result.groups : result.groups.filter((group) => group.alias === alias);
  const [group] = groups;
  if (group === undefined || groups.length > 1) {
    const aliases = result.groups.map((each) => `"${each.alias}"`).join(', ');
    throw new RangeError(`one private key is needed; name one of these aliases: ${aliases}`);
  }
  const options = { key: text(group.keyPem), cert: text(toCertificateFile(group.path.certificates)) };
  return hideFromLogs(options, ['key']);
}

/**
 * Reads a keystore, and returns options for Node's `tls` module. Buffers that contained the key are overwritten.
 * @throws {Jks2PemError} with a code, like {@link convert}
 * @throws {TypeError} if an argument or an option has a wrong type, or an option does not exist
 * @throws {RangeError} if several private keys are converted, or if a limit does not exist or is not a positive integer
 * @example
 * const agent = new https.Agent(await readTlsOptions(await readFile('client.p12'), { storePass, trusted: true }));
 */
export async function readTlsOptions(
  bytes: Uint8Array,
  options: ReadTlsOptions & { readonly trusted: true },
): Promise<TrustingTlsOptions>;
export async function readTlsOptions(
  bytes: Uint8Array,
  options?: ReadTlsOptions & { readonly trusted?: false },
): Promise<TlsOptions>;
export async function readTlsOptions(
  bytes: Uint8Array,
  given: ReadTlsOptions = {},
): Promise<TlsOptions | TrustingTlsOptions> {
  const expectations = { ...chainExpectations, ...keyWritingExpectations, trusted: aBoolean };
  checkCall('readTlsOptions', bytes, given, expectations);
  const { trusted = false, ...options } = given;
  if (!trusted) return readKey(bytes, options);
  const { storePass, type, limits } = options;
  const { pem } = await convertTrusted(bytes, {
    ...(storePass !== undefined && { storePass }),
    ...(type !== undefined && { type }),
    ...(limits !== undefined && { limits }),
  });
  const ca = text(pem);
  try {
    return hideFromLogs({ ...(await readKey(bytes, options)), ca }, ['key']);
  } catch (error) {
    const hasNoKey = error instanceof Jks2PemError && error.code === 'ERR_ENTRY_NOT_FOUND';
    if (hasNoKey && options.aliases === undefined) return { ca };
    throw error;
  }
}

async function readKey(bytes: Uint8Array, options: ConversionOptions): Promise<TlsOptions> {
  const result = await convert(bytes, options);
  try {
    return tlsOptions(result);
  } finally {
    wipeResult(result);
  }
}
