import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { ProbeError } from '../errors.js';
import { HandshakeRecorder, RecordedStream } from './handshake-recorder.js';
import { type Reply, ReplyReader } from './reply-reader.js';
import { formatServerAddress, type ServerAddress } from './server-address.js';
import { ClosedError, type SeenHandshake, TlsFailure } from './session-errors.js';

/** The client's parameters in a handshake. */
export interface TlsRequest {
  /** The host name for SNI; unset if the server is given by its address (RFC 6066 3). */
  readonly serverName?: string | undefined;
  /** Signature algorithms that the client accepts, in OpenSSL's notation. They determine which of its keys the server uses. */
  readonly signatureAlgorithms?: string;
  /** PEM with key and certificates of the client. The certificates are sent if the server requests them. */
  readonly clientCertificate?: Uint8Array;
}

/** The result of a TLS handshake. If it could not be parsed, `certificates` contains only the server's own certificate. */
export interface TlsFacts extends SeenHandshake {
  /** OpenSSL's name of the protocol, such as `TLSv1.3`. */
  readonly protocol: string;
  /** IANA's name of the cipher suite, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
}

/** Time in milliseconds after QUIT until the connection is closed, unless the server has closed it. */
const quitMilliseconds = 1_000;

/** One connection to a mail server. All waiting ends at the deadline, even if the server keeps sending data slowly. */
export class Connection {
  #replies = new ReplyReader();
  #stream: Socket | TLSSocket;
  #failure: Error | undefined;
  #closed = false;
  #wake: (() => void) | undefined;
  readonly #deadline: NodeJS.Timeout;

  private constructor(
    readonly address: ServerAddress,
    readonly socket: Socket,
    seconds: number,
  ) {
    this.#stream = socket;
    this.#deadline = setTimeout(
      () => this.#fail(new ProbeError(`${this.name}: no answer within ${seconds} seconds`)),
      seconds * 1_000,
    );
    socket.on('error', (error) => {
      const SocketError = isOfClosedConnection(error) ? ClosedError : ProbeError;
      this.#fail(new SocketError(`${this.name}: ${describe(error)}`, { cause: error }));
    });
    socket.on('close', () => this.#end());
  }

  /**
   * Connects to a server.
   * @param seconds maximum time of the whole connection
   * @throws {ProbeError} if the connection fails
   */
  static async open(address: ServerAddress, seconds: number): Promise<Connection> {
    const socket = connect({ host: address.host, port: address.port });
    const connection = new Connection(address, socket, seconds);
    let connected = false;
    socket.once('connect', () => {
      connected = true;
      connection.#wake?.();
    });
    try {
      await connection.#until(() => connected);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get name(): string {
    return formatServerAddress(this.address);
  }

  /** Starts to read replies. Must be called again after {@link startTls}. */
  listen(): void {
    this.#stream.on('data', this.#receive);
  }

  readonly #receive = (bytes: Uint8Array): void => {
    // After a failure no more data is read, so that a server that sends endless data cannot keep this process busy.
    if (this.#failure) return;
    try {
      this.#replies.add(bytes);
    } catch (error) {
      this.#fail(error instanceof ProbeError ? new ProbeError(`${this.name}: ${error.message}`) : (error as Error));
      this.socket.destroy();
    }
    this.#wake?.();
  };

  /**
   * Waits for one reply.
   * @throws {ProbeError} if there is no reply before the deadline, if it is malformed, or if the server has closed the connection
   * @throws {TlsFailure} if the server has ended the session with a TLS alert
   */
  async reply(): Promise<Reply> {
    let reply: Reply | undefined;
    await this.#until(() => (reply = this.#replies.take()) !== undefined);
    return reply as unknown as Reply;
  }

  /**
   * Waits for one reply, but stops waiting if the server sends nothing for this time.
   * @returns undefined if it has sent nothing
   * @throws the errors of {@link reply}
   */
  async replyUnlessSilent(milliseconds: number): Promise<Reply | undefined> {
    let reply: Reply | undefined;
    let isSilent = false;
    const timer = setTimeout(() => {
      isSilent = !this.hasMore;
      this.#wake?.();
    }, milliseconds);
    try {
      await this.#until(() => (reply = this.#replies.take()) !== undefined || isSilent);
      return reply;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Sends a command and waits for its reply.
   * @throws the errors of {@link reply}, and a ProbeError if the server has sent unsolicited data, because then replies no longer match
   * commands
   */
  async command(line: string): Promise<Reply> {
    if (this.hasMore) throw new ProbeError(`${this.name}: the server sends unsolicited data`);
    this.#stream.write(`${line}\r\n`);
    return this.reply();
  }

  /** Whether data has arrived that no method has returned yet: whole replies, or a part of one. */
  get hasMore(): boolean {
    return this.#replies.hasMore;
  }

  /**
   * Starts TLS. Data that was received before and not returned as a reply is discarded.
   * @throws {TlsFailure} if the handshake fails
   * @throws {ProbeError} if it does not end before the deadline
   */
  async startTls({ serverName, signatureAlgorithms, clientCertificate }: TlsRequest = {}): Promise<TlsFacts> {
    this.socket.off('data', this.#receive);
    this.#replies = new ReplyReader();
    const recorder = new HandshakeRecorder();
    // Node accepts a Uint8Array, although its types name only strings and Buffers.
    const pem = clientCertificate as SecureContextOptions['cert'] & (Uint8Array | undefined);
    const secure = connectTls({
      socket: new RecordedStream(this.socket, recorder),
      ...(serverName !== undefined && { servername: serverName }),
      ...(signatureAlgorithms !== undefined && { sigalgs: signatureAlgorithms }),
      ...(pem && { key: pem, cert: pem }),
      // The certificates are verified and reported later, because a probe also examines servers that other clients refuse.
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    secure.on('keylog', (line: Uint8Array) => recorder.addKeyLog(line));
    const seen = () => ({
      certificates: recorder.certificates() ?? [],
      asksForCertificate: recorder.asksForCertificate(),
    });
    let established = false;
    secure.once('secureConnect', () => {
      established = true;
      this.#wake?.();
    });
    secure.on('error', (error) => this.#fail(new TlsFailure(describe(error), seen(), isOfClosedConnection(error))));
    secure.on('close', () => this.#end());
    this.#stream = secure;
    await this.#until(() => established).catch((error: unknown) => {
      if (error instanceof ClosedError)
        throw new TlsFailure('the server closed the connection during the handshake', seen(), true);
      throw error;
    });
    const { standardName } = secure.getCipher();
    const { certificates, asksForCertificate } = seen();
    return {
      protocol: secure.getProtocol() ?? '',
      cipher: standardName,
      certificates: certificates.length > 0 ? certificates : certificatesOf(secure),
      asksForCertificate,
    };
  }

  close(): void {
    clearTimeout(this.#deadline);
    this.#stream.destroy();
    this.socket.destroy();
  }

  /**
   * Sends QUIT, unless the connection has failed or is closed already, and returns immediately. The connection is closed later, after
   * {@link quitMilliseconds} at the latest, and does not keep the process alive.
   */
  quit(): void {
    if (this.#closed || this.#failure !== undefined) {
      this.close();
      return;
    }
    clearTimeout(this.#deadline);
    this.#stream.end('QUIT\r\n');
    this.socket.unref();
    setTimeout(() => this.close(), quitMilliseconds).unref();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #end(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async #until(arrived: () => boolean): Promise<void> {
    while (!arrived()) {
      if (this.#failure) throw this.#failure;
      if (this.#closed) throw new ClosedError(`${this.name}: the server closed the connection`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Returns the server's own certificate from Node, for a handshake that {@link HandshakeRecorder} could not parse. */
function certificatesOf(secure: TLSSocket): Uint8Array[] {
  const certificate = secure.getPeerX509Certificate();
  return certificate === undefined ? [] : [new Uint8Array(certificate.raw)];
}

function isOfClosedConnection({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function describe(error: Error & { code?: string; reason?: string; errors?: Error[] }): string {
  // If several addresses fail, Node throws an AggregateError.
  const [first] = error.errors ?? [];
  if (first !== undefined) return describe(first);
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    case 'ECONNRESET':
      return 'the server reset the connection';
    case 'EPIPE':
      return 'the server closed the connection';
    default:
      // This is OpenSSL's reason, without the position in its source.
      return error.reason ?? error.message;
  }
}
