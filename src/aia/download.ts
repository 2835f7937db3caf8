import type { LookupAddress, LookupOptions } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { shortened } from '../bytes/bounded-text.js';
import { aBoolean, aNumberBetween, aString, checkArgument, checkOptions } from '../bytes/check-arguments.js';
import { join } from '../bytes/concat.js';
import { FetchError, Jks2PemError } from '../errors.js';
import { defaultLimits, downloadLimits, longestTimeout } from '../limits.js';
import { readCertificateFile } from '../pem/read-certificates.js';
import type { Certificate } from '../x509/certificate.js';

/** Limits of one download, and which hosts may be contacted. */
export interface DownloadOptions {
  /** Maximum size of a response in bytes. Default: 262,144; an issuer's certificate has a few thousand bytes. */
  readonly bytes?: number;
  /** Maximum number of redirects. Default: 3. */
  readonly redirects?: number;
  /** Timeout of the whole download in milliseconds. Default: 10,000. */
  readonly milliseconds?: number;
  /** Whether addresses that are not globally reachable are allowed, such as loopback, link-local and private ones. Default: false. */
  readonly fetchPrivate?: boolean;
}

const expectations = {
  bytes: aNumberBetween(1, defaultLimits.fileBytes),
  redirects: aNumberBetween(0, 100),
  milliseconds: aNumberBetween(1, longestTimeout * 1_000),
  fetchPrivate: aBoolean,
};

/**
 * Downloads an issuer's certificates from a caIssuers URL: one in DER, several in CMS (`.p7c`), or PEM.
 *
 * The certificates are not trusted. Pass them as candidates to the path builder, which verifies their signatures. Unless `fetchPrivate` is
 * true, a host with a private address is refused, also after a redirect. The connection is made to an address that was checked: the host
 * name is not resolved again.
 * @throws {FetchError} `ERR_FETCH` if the server does not send certificates within the limits, if its address is not allowed, or if `url`
 * is not an http or https URL
 * @throws {TypeError} if an argument or an option has a wrong type, an option does not exist, or a number is out of range
 * @see RFC 5280 4.2.2.1
 * @example
 * const [issuer] = await downloadCertificates('http://ca.example.com/issuing.cer');
 */
export async function downloadCertificates(url: string, options: DownloadOptions = {}): Promise<Certificate[]> {
  checkArgument('downloadCertificates', 'url', url, aString);
  checkOptions('downloadCertificates', options, expectations);
  const { bytes, redirects, milliseconds } = downloadLimits;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const bounds: Required<DownloadOptions> = { bytes, redirects, milliseconds, fetchPrivate: false, ...given };
  const signal = AbortSignal.timeout(bounds.milliseconds);
  try {
    const body = await readBody(await follow(url, bounds, signal), bounds.bytes);
    return await readCertificates(body, url);
  } catch (error) {
    throw new FetchError(`${shortened(url)}: ${describeFailure(error, signal, bounds.milliseconds)}`, { cause: error });
  }
}

async function readCertificates(body: Uint8Array, url: string): Promise<Certificate[]> {
  try {
    return await readCertificateFile(body, url);
  } catch (error) {
    // The original message is not used, because it could repeat a part of the response, which may be confidential.
    if (error instanceof Jks2PemError) throw new Error('the answer is not a certificate');
    throw error;
  }
}

/** Sends the request and follows redirects. The addresses of each host are checked before the connection is made. */
async function follow(url: string, bounds: Required<DownloadOptions>, signal: AbortSignal): Promise<IncomingMessage> {
  // Loaded on demand, because it imports node:dns, which most runs do not need.
  const { resolveHost } = await import('./public-address.js');
  let next = new URL(url);
  for (let left = bounds.redirects; ; left--) {
    if (next.protocol !== 'http:' && next.protocol !== 'https:') throw new Error('only http and https are supported');
    const response = await get(
      next,
      await untilAborted(resolveHost(next.hostname, bounds.fetchPrivate), signal),
      signal,
    );
    const { statusCode = 0, headers } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    response.destroy();
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined)
      throw new Error(`the server answers with status ${statusCode}`);
    if (left === 0) throw new Error(`more than ${bounds.redirects} redirects`);
    next = new URL(headers.location, next);
  }
}

/** Stops waiting for `work` when the signal aborts. The system's resolver cannot be aborted, and can take longer than the timeout. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  ]);
}

/** Sends a request to one of these addresses, even if the host name now resolves to other addresses (DNS rebinding). */
async function get(url: URL, addresses: readonly LookupAddress[], signal: AbortSignal): Promise<IncomingMessage> {
  const { get: request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/pkix-cert, application/pkcs7-mime, */*;q=0.1' };
    request(url, { signal, headers, agent: false, lookup: fixedLookup(addresses) }, resolve).on('error', reject);
  });
}

type LookupCallback = (error: null, address: string | LookupAddress[], family?: number) => void;

function fixedLookup(addresses: readonly LookupAddress[]) {
  return (_host: string, options: LookupOptions, callback: LookupCallback): void => {
    const [first] = addresses as [LookupAddress, ...LookupAddress[]];
    if (options.all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

async function readBody(response: IncomingMessage, maximum: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maximum) throw new Error(`the answer has more than ${maximum} bytes`);
    parts.push(part);
  }
  return join(parts);
}

function describeFailure(error: unknown, signal: AbortSignal, milliseconds: number): string {
  if (signal.aborted) return `no answer within ${milliseconds / 1000} seconds`;
  // If several addresses fail, Node throws an AggregateError with an empty message.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error) || !('code' in first)) return first instanceof Error ? first.message : String(first);
  // The messages of these errors are not used, because they repeat what the server sent: names in its certificate, hosts of a redirect, or
  // a line that is not HTTP.
  const code = String(first.code);
  // Codes that begin with HPE_ are those of Node's HTTP parser.
  const usual = code.startsWith('HPE_') ? 'the answer is not HTTP' : 'the connection failed';
  return `${networkErrors.get(code) ?? usual} (${code})`;
}

/** Messages for Node's error codes of DNS, TCP, TLS and URLs. For other codes, {@link describeFailure} uses a general message. */
const networkErrors: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'no such host'],
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'the server reset the connection'],
  ['EHOSTUNREACH', 'the host is unreachable'],
  ['ENETUNREACH', 'the host is unreachable'],
  ['ETIMEDOUT', 'no answer'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is for another host"],
  ['CERT_HAS_EXPIRED', "the server's certificate has expired"],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is not trusted"],
  ['SELF_SIGNED_CERT_IN_CHAIN', "the server's certificate is not trusted"],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "the server's certificate is not trusted"],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "the server's certificate is not trusted"],
  ['ERR_INVALID_URL', 'not a URL'],
]);
