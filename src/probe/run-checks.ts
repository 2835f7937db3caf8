import { ProbeError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import type { TlsFacts } from './connection.js';
import { compareKeys, keysOfBundle, signatureAlgorithmsFor } from './expected-keys.js';
import type { ProbeFinding } from './finding.js';
import { type ChainVerification, readCertificates, verifyChain } from './presented-chain.js';
import type { ProbeOptions } from './probe-options.js';
import type { ClientCertificateResult, PresentedChain, ProbeResult } from './probe-result.js';
import {
  type Mailbox,
  parseMailbox,
  type RelayConnection,
  type RelayOutcome,
  relayAttempts,
  testRelay,
  tryToRelay,
} from './relay-test.js';
import type { ServerAddress } from './server-address.js';
import { isEndedByServer, isForMissingCertificate, TlsFailure } from './session-errors.js';
import {
  askCapabilities,
  offers,
  openInPlainText,
  openSession,
  readGreeting,
  type SessionOptions,
  type SmtpSession,
  TlsExpectedError,
} from './smtp-session.js';

/**
 * Examines a server with these options. If it expects TLS from the first byte although the options do not say so, it is examined again with
 * implicit TLS.
 */
export async function runChecks(address: ServerAddress, options: ProbeOptions): Promise<ProbeResult> {
  try {
    return await new Probe(address, options).run();
  } catch (error) {
    if (!(error instanceof TlsExpectedError)) throw error;
    const message = `${error.message} (probe --tls), and was examined in this way`;
    const finding: ProbeFinding = { rule: 'TLS_FROM_FIRST_BYTE', severity: 'info', message };
    return new Probe(address, { ...options, implicitTls: true }, [finding]).run();
  }
}

/** Problems after which the session continues in plain text: the client sends no STARTTLS, or the server refuses it (RFC 3207 4). */
const plainTextProblems: ReadonlySet<ProbeFinding['rule']> = new Set(['STARTTLS_MISSING', 'STARTTLS_REFUSED']);

/** One check of one server. */
class Probe {
  readonly #findings: ProbeFinding[];
  /** The addresses of the relay test. Unset if no test is requested, or if {@link parseMailbox} does not accept one of the addresses. */
  readonly #mailboxes: { readonly from: Mailbox; readonly to: Mailbox } | undefined;

  constructor(
    private readonly address: ServerAddress,
    private readonly options: ProbeOptions,
    findings: readonly ProbeFinding[] = [],
  ) {
    this.#findings = [...findings];
    const from = parseMailbox(options.relay?.from ?? '');
    const to = parseMailbox(options.relay?.to ?? '');
    if (from && to) this.#mailboxes = { from, to };
  }

  async run(): Promise<ProbeResult> {
    const { expected, clientCertificate } = this.options;
    const session = await this.#open();
    const main = await this.#examine(session).finally(() => session.connection.quit());
    const otherChains = main.chain.length > 0 ? await this.#otherChains(main.chain) : [];
    const chains = [main.chain, ...otherChains.map(({ chain }) => chain)].filter((chain) => chain.length > 0);
    const differences = expected && main.chain.length > 0 ? compareKeys(chains, keysOfBundle(expected)) : undefined;
    for (const difference of differences ?? []) this.#found('NOT_AS_EXPECTED', 'error', difference);
    const client = clientCertificate && (await this.#presentClientCertificate(clientCertificate));
    const relay = await this.#tryToRelay();
    return {
      ...main,
      otherChains,
      ...(differences && { asExpected: differences.length === 0 }),
      ...(client && { clientCertificate: client }),
      ...(relay && { relay }),
    };
  }

  async #examine(session: SmtpSession): Promise<Omit<ProbeResult, 'otherChains'>> {
    const { connection, before, tls, problem } = session;
    const { implicitTls } = this.options;
    const seen: Partial<TlsFacts> = tls ?? problem?.failure?.seen ?? {};
    const { asksForCertificate = false, certificates = [], ...agreed } = seen;
    if (offers(before, 'AUTH'))
      this.#found(
        'AUTH_BEFORE_TLS',
        'error',
        'AUTH is offered before TLS: passwords may cross the network in the clear',
      );
    if (problem && asksForCertificate && isForMissingCertificate(problem.failure))
      this.#foundCertificateRequired(problem.message);
    else if (problem) this.#found(problem.rule, 'error', problem.message);
    if (tls && !/^TLSv1\.[23]$/.test(tls.protocol))
      this.#found(
        'PROTOCOL_OLD',
        'warning',
        `${tls.protocol} is the newest version that the server supports; RFC 8996 forbids it`,
      );
    const inside = tls ? await this.#talkInside(session, asksForCertificate) : undefined;
    const chain = readCertificates(certificates);
    const verification = this.#verify(chain);
    const greeting = session.greeting ?? inside?.greeting;
    return {
      address: connection.address,
      implicitTls,
      ...(greeting !== undefined && { greeting }),
      before,
      after: inside?.after ?? [],
      ...agreed,
      chain,
      ...(verification && { verification }),
      asksForCertificate,
      findings: this.#findings,
    };
  }

  /**
   * Reads greeting and capabilities after TLS has started. With TLS 1.3, a server that requires a client certificate ends the session only
   * at this point.
   */
  async #talkInside(
    { connection }: SmtpSession,
    asksForCertificate: boolean,
  ): Promise<{ greeting?: string; after: string[] }> {
    try {
      connection.listen();
      const greeting = this.options.implicitTls ? await readGreeting(connection) : undefined;
      const after = await askCapabilities(connection);
      if (!offers(after, 'AUTH')) this.#found('AUTH_MISSING', 'info', 'AUTH is not offered: users cannot log in here');
      return { ...(greeting !== undefined && { greeting }), after };
    } catch (error) {
      if (!isEndedByServer(error)) throw error;
      if (asksForCertificate && isForMissingCertificate(error)) this.#foundCertificateRequired(error.message);
      else if (error instanceof TlsFailure)
        this.#found(
          'HANDSHAKE_FAILED',
          'error',
          `the server ends the session after the TLS handshake: ${error.message}`,
        );
      else throw error;
      return { after: [] };
    }
  }

  #foundCertificateRequired(reason: string): void {
    const severity = this.options.clientCertificate ? 'info' : 'error';
    const message = `the server requires a client certificate, which mail programs do not have (${reason})`;
    this.#found('CLIENT_CERTIFICATE_REQUIRED', severity, message);
  }

  #verify(chain: readonly Certificate[], algorithm?: string): ChainVerification | undefined {
    const { now, trustAnchors, days, hostname = this.address.host } = this.options;
    const [leaf, ...issuers] = chain;
    if (leaf === undefined) return undefined;
    const { verification, findings } = verifyChain([leaf, ...issuers], { hostname, now, trustAnchors, days });
    const prefix = algorithm === undefined ? '' : `${algorithm} key: `;
    for (const { rule, severity, message } of findings) this.#found(rule, severity, `${prefix}${message}`);
    return verification;
  }

  /**
   * Reads the chains of the server's keys with other algorithms than that of `chain`: RSA, EC and those of the expected keys. A key is
   * requested by its signature algorithms.
   */
  async #otherChains(chain: readonly Certificate[]): Promise<PresentedChain[]> {
    const expected = keysOfBundle(this.options.expected ?? []).map(([leaf]) => leaf.publicKeyAlgorithm);
    const others: PresentedChain[] = [];
    for (const algorithm of new Set(['RSA', 'EC', ...expected])) {
      const signatureAlgorithms = signatureAlgorithmsFor(algorithm);
      if (signatureAlgorithms === undefined || algorithm === chain[0]?.publicKeyAlgorithm) continue;
      const other = await this.#chainFor(signatureAlgorithms);
      const verification = this.#verify(other, algorithm);
      if (verification) others.push({ algorithm, chain: other, verification });
    }
    return others;
  }

  /**
   * Reads the chain for these signature algorithms. If the server has no such key, or accepts no further connection, the chain is empty:
   * the key is not in the result, and counts as missing if it is expected.
   */
  async #chainFor(signatureAlgorithms: string): Promise<Certificate[]> {
    try {
      const { connection, tls } = await this.#open({ signatureAlgorithms });
      connection.quit();
      return readCertificates(tls?.certificates ?? []);
    } catch (error) {
      if (error instanceof ProbeError) return [];
      throw error;
    }
  }

  async #presentClientCertificate(clientCertificate: Uint8Array): Promise<ClientCertificateResult> {
    const session = await this.#open({ clientCertificate });
    const { connection, tls, problem } = session;
    try {
      if (tls === undefined) return this.#refused(problem?.message ?? 'there is no TLS');
      connection.listen();
      if (this.options.implicitTls) await readGreeting(connection);
      await askCapabilities(connection);
      if (!tls.asksForCertificate) {
        const message = 'the server does not ask for a client certificate, so it cannot recognise this client by it';
        this.#found('CLIENT_CERTIFICATE_IGNORED', 'warning', message);
        return { outcome: 'ignored' };
      }
      const { relay: addresses } = this.options;
      const relay =
        addresses && this.#mailboxes ? await tryToRelay({ connection, tls: 'started' }, addresses) : undefined;
      return { outcome: 'accepted', ...(relay && { relay }) };
    } catch (error) {
      if (!isEndedByServer(error)) throw error;
      return this.#refused(error.message);
    } finally {
      connection.quit();
    }
  }

  #refused(reason: string): ClientCertificateResult {
    this.#found('CLIENT_CERTIFICATE_REFUSED', 'error', `the server refuses the client certificate: ${reason}`);
    return { outcome: 'refused' };
  }

  async #tryToRelay(): Promise<RelayOutcome[] | undefined> {
    if (this.#mailboxes === undefined) return undefined;
    const { from, to } = this.#mailboxes;
    const server = this.options.hostname ?? this.address.host;
    let outcomes: RelayOutcome[];
    try {
      outcomes = await testRelay(relayAttempts(from, to, server), () => this.#openForRelay());
    } catch (error) {
      if (!(error instanceof ProbeError || error instanceof TlsFailure)) throw error;
      this.#found('RELAY_UNTESTED', 'warning', `the relay test could not be finished: ${error.message}`);
      return undefined;
    }
    for (const { from: sender, to: recipient, insideTls } of outcomes.filter(({ accepted }) => accepted)) {
      const how = insideTls ? 'without logging in' : 'without logging in, in plain text';
      this.#found('OPEN_RELAY', 'error', `mail from <${sender}> to <${recipient}> is accepted ${how}: an open relay`);
    }
    return outcomes;
  }

  /**
   * Opens a connection for the relay test. If TLS cannot be started after STARTTLS, the test is made in plain text: spammers do not need TLS
   * either, and the test sends no secret. A connection whose handshake failed cannot be used any more, so that another one is opened.
   */
  async #openForRelay(): Promise<RelayConnection> {
    const { implicitTls, timeout } = this.options;
    const { connection, problem } = await this.#open();
    if (problem && plainTextProblems.has(problem.rule)) return { connection, tls: 'none' };
    try {
      if (problem) throw problem.failure ?? new TlsFailure(problem.message);
      connection.listen();
      if (implicitTls) await readGreeting(connection);
      await askCapabilities(connection);
      return { connection, tls: 'started' };
    } catch (error) {
      connection.close();
      if (implicitTls || !(error instanceof TlsFailure)) throw error;
      return { connection: await openInPlainText(this.address, timeout), tls: 'failed' };
    }
  }

  #open(request: Partial<SessionOptions> = {}): Promise<SmtpSession> {
    const { implicitTls, timeout, hostname = this.address.host } = this.options;
    // SNI contains only names, never addresses (RFC 6066 3).
    const serverName = /^[0-9.]+$|:/.test(hostname) ? undefined : hostname;
    return openSession(this.address, { implicitTls, timeout, serverName, ...request });
  }

  #found(rule: ProbeFinding['rule'], severity: ProbeFinding['severity'], message: string): void {
    this.#findings.push({ rule, severity, message });
  }
}
