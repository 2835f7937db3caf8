import {
  aBoolean,
  aDate,
  aNumber,
  aNumberBetween,
  anIterable,
  anObject,
  aResult,
  arrayOf,
  aString,
  checkArgument,
  checkOptions,
  someBytes,
} from '../bytes/check-arguments.js';
import { longestTimeout } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import type { ServerAddress } from './server-address.js';

/** Options of `probeServer`. */
export interface ProbeOptions {
  /** The time at which certificates must be valid. */
  readonly now: Date;
  /** Whether TLS starts before the greeting (RFC 8314). Otherwise it starts with STARTTLS (RFC 3207). */
  readonly implicitTls: boolean;
  /** The name for which the certificate must be valid. Default: the host. */
  readonly hostname?: string;
  readonly trustAnchors: Iterable<Certificate>;
  /** The certificates that must be served: for each key, its certificate and then the issuers. */
  readonly expected?: readonly Certificate[];
  /**
   * Tests whether the server relays mail from one address to the other without login: over TLS, or in plain text if the server does not
   * offer STARTTLS or refuses it. Several forms of both addresses are tried. Every attempt ends after RCPT TO, so no mail is sent. Nothing
   * is tested if an address is not of the form `user@domain`, or needs quoting.
   */
  readonly relay?: { readonly from: string; readonly to: string };
  /**
   * PEM with key and certificates of a client. The result says how the server reacts to them and, together with `relay`, whether they allow
   * relaying.
   */
  readonly clientCertificate?: Uint8Array;
  /** Warns if fewer days than this are left until a certificate expires. Default: a quarter of its lifetime, at most 21 days. */
  readonly days?: number;
  /** Maximum time of each connection in seconds. */
  readonly timeout: number;
}

const anAddress = aResult("an object such as { host: 'mail.example.com', port: 587 }", {
  host: aString,
  port: aNumberBetween(1, 65_535),
});
const probeExpectations = {
  now: aDate,
  implicitTls: aBoolean,
  hostname: aString,
  trustAnchors: anIterable,
  expected: arrayOf(anObject),
  relay: aResult('an object such as { from, to }', { from: aString, to: aString }),
  clientCertificate: someBytes,
  days: aNumber,
  timeout: aNumberBetween(0.001, longestTimeout),
};

/**
 * Checks the arguments of `probeServer`.
 * @throws {TypeError} if one is not valid
 */
export function checkProbeCall(address: ServerAddress, options: ProbeOptions): void {
  checkArgument('probeServer', 'address', address, anAddress);
  checkOptions('probeServer', options, probeExpectations);
  for (const name of ['now', 'implicitTls', 'trustAnchors', 'timeout'] as const)
    checkArgument('probeServer', name, options[name], probeExpectations[name]);
}
