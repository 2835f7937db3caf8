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
} from '../bytes/caller-check.js';
import { longestTimeout } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import type { ServerAddress } from './server-address.js';

/** Options of `probeServer`. */
export interface ProbeOptions {
  /** The time at which certificates must be valid. */
  readonly now: Date;
  /** Whether TLS comes before the greeting (RFC 8314), instead of after STARTTLS (RFC 3207). */
  readonly implicitTls: boolean;
  /** The name that the certificate must have; by default the host. */
  readonly hostname?: string;
  readonly trustAnchors: Iterable<Certificate>;
  /** The certificates that must be served, in the order of a bundle; one chain for each key. */
  readonly expected?: readonly Certificate[];
  /** Tries to send mail from one address to the other without logging in, up to RCPT TO. */
  readonly relay?: { readonly from: string; readonly to: string };
  /** PEM with key and certificates of a client: reports what the server makes of it. With `relay`, also whether it may relay. */
  readonly clientCertificate?: Uint8Array;
  /** Warn when a certificate expires in fewer days; by default when less than a quarter of its lifetime, 21 days at most, is left. */
  readonly days?: number;
  /** Seconds for each connection, from the first packet to the last. */
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

/** @throws {TypeError} if a caller's mistake is in the arguments of `probeServer` */
export function checkProbeCall(address: ServerAddress, options: ProbeOptions): void {
  checkArgument('probeServer', 'address', address, anAddress);
  checkOptions('probeServer', options, probeExpectations);
  for (const name of ['now', 'implicitTls', 'trustAnchors', 'timeout'] as const)
    checkArgument('probeServer', name, options[name], probeExpectations[name]);
}
