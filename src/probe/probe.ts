import type { Certificate } from '../x509/certificate.js';
import { Connection, HandshakeFailure, type TlsFacts } from './connection.js';
import type { ProbeFinding } from './finding.js';
import { readCertificates, type Verification, verifyChain } from './presented-chain.js';
import { parseMailbox, type RelayOutcome, relayAttempts, testRelay } from './relay-test.js';
import type { ServerAddress } from './server-address.js';
import { askCapabilities, offers, readGreeting, replyText } from './smtp-session.js';

/** How a server is looked at. */
export interface ProbeOptions {
  /** The instant for which dates are judged. */
  readonly now: Date;
  /** Whether TLS comes before the first word (RFC 8314), not after STARTTLS (RFC 3207). */
  readonly implicitTls: boolean;
  /** The name that the certificate must have; the host's, unless said otherwise. */
  readonly hostname?: string;
  readonly trustAnchors: Iterable<Certificate>;
  /** The certificates that should be served, as a bundle holds them. */
  readonly expected?: readonly Certificate[];
  /** Tries to send mail from the one to the other, without logging in, up to RCPT TO. */
  readonly relay?: { readonly from: string; readonly to: string };
  /** Seconds for each connection, from the first packet to the last. */
  readonly timeout: number;
}

/** What a server presents, and what is to be said of it. */
export interface ProbeResult {
  readonly address: ServerAddress;
  readonly implicitTls: boolean;
  /** Undefined only if the server got no further than a failed handshake. */
  readonly greeting?: string;
  /** What EHLO offers in the clear; empty with implicit TLS. */
  readonly before: readonly string[];
  /** What EHLO offers inside TLS. */
  readonly after: readonly string[];
  readonly protocol?: string;
  readonly cipher?: string;
  /** As sent. */
  readonly chain: readonly Certificate[];
  readonly verification?: Verification;
  /** Whether exactly the expected certificates were sent. */
  readonly asExpected?: boolean;
  readonly relay?: readonly RelayOutcome[];
  readonly findings: readonly ProbeFinding[];
}

/**
 * Talks to a mail server as a client does, and says what is wrong with it.
 * @throws {ProbeError} if there is no mail server there, or none that keeps to SMTP and the limits
 */
export async function probeServer(address: ServerAddress, options: ProbeOptions): Promise<ProbeResult> {
  return new Probe(address, options).run();
}

/** One look at one server. */
class Probe {
  readonly #findings: ProbeFinding[] = [];

  constructor(
    private readonly address: ServerAddress,
    private readonly options: ProbeOptions,
  ) {}

  async run(): Promise<ProbeResult> {
    const connection = await Connection.open(this.address, this.options.timeout);
    try {
      return await this.#examine(connection);
    } finally {
      connection.quit();
    }
  }

  async #examine(connection: Connection): Promise<ProbeResult> {
    const { implicitTls } = this.options;
    const common = { address: this.address, implicitTls, findings: this.#findings };
    let greeting: string | undefined;
    let before: string[] = [];
    if (!implicitTls) {
      connection.listen();
      greeting = await readGreeting(connection);
      before = await askCapabilities(connection);
      if (offers(before, 'AUTH'))
        this.#found(
          'AUTH_BEFORE_TLS',
          'error',
          'AUTH is offered before TLS: passwords may go over the wire in the clear',
        );
    }
    const facts = await this.#secure(connection, before);
    if (facts === undefined)
      return { ...common, ...(greeting !== undefined && { greeting }), before, after: [], chain: [] };
    connection.listen();
    if (implicitTls) greeting = await readGreeting(connection);
    const after = await askCapabilities(connection);
    if (!offers(after, 'AUTH')) this.#found('AUTH_MISSING', 'info', 'AUTH is not offered: nobody can log in here');
    const { certificates, ...agreed } = facts;
    const chain = readCertificates(certificates);
    const [leaf, ...issuers] = chain;
    const verified = leaf && this.#verify([leaf, ...issuers]);
    const relay = await this.#tryRelaying();
    return {
      ...common,
      ...(greeting !== undefined && { greeting }),
      before,
      after,
      ...agreed,
      chain,
      ...(verified && { verification: verified }),
      ...(this.options.expected && { asExpected: this.#compare(chain, this.options.expected) }),
      ...(relay && { relay }),
    };
  }

  /** TLS, if it comes about; what hinders it is a finding about the server. */
  async #secure(connection: Connection, before: readonly string[]): Promise<TlsFacts | undefined> {
    if (!this.options.implicitTls) {
      if (!offers(before, 'STARTTLS')) {
        this.#found(
          'STARTTLS_MISSING',
          'error',
          'STARTTLS is not offered: mail and passwords go over the wire in the clear',
        );
        return undefined;
      }
      const reply = await connection.command('STARTTLS');
      if (reply.code !== 220) {
        this.#found('STARTTLS_REFUSED', 'error', `STARTTLS is offered and then refused: ${replyText(reply)}`);
        return undefined;
      }
      // RFC 3207 6: what was said in the clear counts for nothing, and somebody between us may have said it.
      if (connection.hasMore) {
        this.#found(
          'STARTTLS_INJECTION',
          'error',
          'data follows the reply to STARTTLS in the clear: somebody on the way, or a broken server, speaks inside the session',
        );
        return undefined;
      }
    }
    try {
      const facts = await connection.startTls(this.#serverName());
      if (!/^TLSv1\.[23]$/.test(facts.protocol))
        this.#found('PROTOCOL_OLD', 'warning', `${facts.protocol} is all that was agreed upon; RFC 8996 forbids it`);
      return facts;
    } catch (error) {
      if (!(error instanceof HandshakeFailure)) throw error;
      this.#found('HANDSHAKE_FAILED', 'error', `no TLS handshake comes about: ${error.message}`);
      return undefined;
    }
  }

  #serverName(): string | undefined {
    const name = this.options.hostname ?? this.address.host;
    return /^[0-9.]+$|:/.test(name) ? undefined : name;
  }

  #verify(chain: readonly [Certificate, ...Certificate[]]): Verification {
    const { now, trustAnchors, hostname = this.address.host } = this.options;
    const { verification, findings } = verifyChain(chain, { hostname, now, trustAnchors });
    this.#findings.push(...findings);
    return verification;
  }

  #compare(chain: readonly Certificate[], expected: readonly Certificate[]): boolean {
    const hashes = (certificates: readonly Certificate[]) => certificates.map(({ sha256 }) => sha256).join();
    if (hashes(chain) === hashes(expected)) return true;
    const [served, wanted] = [chain[0], expected[0]];
    const what =
      served?.sha256 !== wanted?.sha256
        ? `another site certificate is served (SHA-256 ${served?.sha256.slice(0, 16)}…, expected ${wanted?.sha256.slice(0, 16)}…)`
        : `the site certificate is the expected one, its chain is not: ${chain.length} certificates are served, ${expected.length} expected`;
    this.#found('NOT_AS_EXPECTED', 'error', `${what}; after a change the server must be reloaded`);
    return false;
  }

  async #tryRelaying(): Promise<RelayOutcome[] | undefined> {
    const from = parseMailbox(this.options.relay?.from ?? '');
    const to = parseMailbox(this.options.relay?.to ?? '');
    if (from === undefined || to === undefined) return undefined;
    const server = this.options.hostname ?? this.address.host;
    const outcomes = await testRelay(relayAttempts(from, to, server), () => this.#openAgain());
    for (const { from: sender, to: recipient } of outcomes.filter(({ accepted }) => accepted)) {
      this.#found(
        'OPEN_RELAY',
        'error',
        `mail from <${sender}> to <${recipient}> is taken without logging in: an open relay`,
      );
    }
    return outcomes;
  }

  async #openAgain(): Promise<Connection> {
    const connection = await Connection.open(this.address, this.options.timeout);
    try {
      if (this.options.implicitTls) {
        await connection.startTls(this.#serverName());
        connection.listen();
        await readGreeting(connection);
      } else {
        connection.listen();
        await readGreeting(connection);
        await askCapabilities(connection);
        await connection.command('STARTTLS');
        await connection.startTls(this.#serverName());
        connection.listen();
      }
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #found(rule: ProbeFinding['rule'], severity: ProbeFinding['severity'], message: string): void {
    this.#findings.push({ rule, severity, message });
  }
}
