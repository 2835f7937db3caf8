import { ProbeError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { compareKeys, keysOfBundle, signatureAlgorithmsFor } from './expected-keys.js';
import { readCertificates } from './presented-chain.js';
import { formatServerAddress, type ServerAddress } from './server-address.js';
import { TlsFailure } from './session-errors.js';
import { openSession, type SmtpSession, TlsExpectedError } from './smtp-session.js';

/** How TLS starts: with the first byte, or with STARTTLS of SMTP. */
type Start = 'tls' | 'starttls';

/** Ports on which SMTP with STARTTLS is common: 25, 587 (RFC 6409), and 2525, which many providers offer. */
const startTlsPorts: readonly number[] = [25, 587, 2525];

/**
 * Compares the certificates that a server presents with those of a file, for each key of the file. Supports SMTP with STARTTLS, and
 * all protocols that begin with TLS.
 * @param expected the certificates of the file, in its order
 * @param timeout seconds for each connection
 * @returns a message for each difference
 * @throws {ProbeError} if the server cannot be reached, does not support TLS, or presents no certificate
 */
export async function compareServed(
  address: ServerAddress,
  expected: readonly Certificate[],
  timeout: number,
): Promise<string[]> {
  const keys = keysOfBundle(expected);
  const prober = new CertificateProber(address, timeout);
  const first = await prober.chain(undefined);
  const served = [first];
  // A server with several keys chooses by the client's signature algorithms, so each key algorithm is requested separately. A server with
  // one key presents it to all clients.
  const algorithms = new Set(keys.length < 2 ? [] : keys.map(([leaf]) => leaf.publicKeyAlgorithm));
  for (const algorithm of algorithms)
    if (algorithm !== first[0]?.publicKeyAlgorithm) served.push(await prober.chain(signatureAlgorithmsFor(algorithm)));
  return compareKeys(
    served.filter((chain) => chain.length > 0),
    keys,
  );
}

class CertificateProber {
  #starts: readonly Start[];

  constructor(
    private readonly address: ServerAddress,
    private readonly timeout: number,
  ) {
    this.#starts = startTlsPorts.includes(address.port) ? ['starttls', 'tls'] : ['tls', 'starttls'];
  }

  /**
   * Returns the chain that the server sends to a client with these signature algorithms; undefined stands for Node's default. Empty if
   * the server has presented a chain before, but presents none for these algorithms.
   */
  async chain(signatureAlgorithms: string | undefined): Promise<Certificate[]> {
    const failures: string[] = [];
    for (const start of this.#starts) {
      const session = await this.#open(start, signatureAlgorithms).catch(failureOf);
      if (session instanceof Error) {
        failures.push(session.message);
        continue;
      }
      session.connection.quit();
      const { tls, problem } = session;
      const seen = tls?.certificates ?? problem?.failure?.seen?.certificates ?? [];
      if (seen.length > 0) {
        this.#starts = [start];
        return readCertificates(seen);
      }
      failures.push(problem?.message ?? 'no certificate is presented');
    }
    // If a certificate was presented before, a failed handshake means that the server has no key for these signature algorithms.
    if (this.#starts.length === 1) return [];
    const [first = ''] = failures;
    throw new ProbeError(first.startsWith(this.#name) ? first : `${this.#name}: ${first}`);
  }

  get #name(): string {
    return formatServerAddress(this.address);
  }

  #open(start: Start, signatureAlgorithms: string | undefined): Promise<SmtpSession> {
    const { host } = this.address;
    // SNI contains only names, never addresses (RFC 6066 3).
    const serverName = /^[0-9.]+$|:/.test(host) ? undefined : host;
    return openSession(this.address, {
      implicitTls: start === 'tls',
      timeout: this.timeout,
      serverName,
      ...(signatureAlgorithms !== undefined && { signatureAlgorithms }),
    });
  }
}

function failureOf(error: unknown): Error {
  if (error instanceof ProbeError || error instanceof TlsFailure || error instanceof TlsExpectedError) return error;
  throw error;
}
