import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ProbeError } from '../errors.js';
import { HandshakeRecorder, RecordedStream } from './handshake-recorder.js';
import { type Reply, ReplyReader } from './reply-reader.js';
import { formatServerAddress, type ServerAddress } from './server-address.js';

/** What was agreed in a TLS handshake, and what the server presented. */
export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** As the standard names it. */
  readonly cipher: string;
  /** DER, in the order sent. */
  readonly certificates: readonly Uint8Array[];
}

/** The server speaks TLS, but no handshake came about. */
export class HandshakeFailure extends Error {}

/** Milliseconds that a server has to take its leave. */
const farewell = 1_000;

/** One connection to a mail server. Every wait ends at the deadline, however the server drags it out. */
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
    socket.on('error', (error) => this.#fail(new ProbeError(`${this.name}: ${describe(error)}`, { cause: error })));
    socket.on('close', () => this.#end());
  }

  /** @throws {ProbeError} if nobody answers there */
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

  /** Begins to take what comes for replies. */
  listen(): void {
    this.#stream.on('data', this.#receive);
  }

  readonly #receive = (bytes: Uint8Array): void => {
    try {
      this.#replies.add(bytes);
    } catch (error) {
      this.#fail(error instanceof ProbeError ? new ProbeError(`${this.name}: ${error.message}`) : (error as Error));
    }
    this.#wake?.();
  };

  /** @throws {ProbeError} if none comes, or something else */
  async reply(): Promise<Reply> {
    let reply: Reply | undefined;
    await this.#until(() => (reply = this.#replies.take()) !== undefined);
    return reply as unknown as Reply;
  }

  /** @throws {ProbeError} also if the server has spoken out of turn, so that replies and commands no longer match */
  async command(line: string): Promise<Reply> {
    if (this.hasMore) throw new ProbeError(`${this.name}: the server speaks without being asked`);
    this.#stream.write(`${line}\r\n`);
    return this.reply();
  }

  /** Whether the server has said more than it was asked for. */
  get hasMore(): boolean {
    return this.#replies.hasMore;
  }

  /**
   * Goes over to TLS.
   * @param serverName name for SNI; none for an address (RFC 6066 3)
   * @throws {HandshakeFailure} if client and server do not come to terms
   */
  async startTls(serverName: string | undefined): Promise<TlsFacts> {
    this.socket.off('data', this.#receive);
    this.#replies = new ReplyReader();
    const recorder = new HandshakeRecorder();
    const secure = connectTls({
      socket: new RecordedStream(this.socket, recorder),
      ...(serverName !== undefined && { servername: serverName }),
      // Verified afterwards, and told: a probe looks at what a browser would refuse.
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    secure.on('keylog', (line: Uint8Array) => recorder.addKeyLog(line));
    let established = false;
    secure.once('secureConnect', () => {
      established = true;
      this.#wake?.();
    });
    secure.on('error', (error) => this.#fail(new HandshakeFailure(describe(error))));
    secure.on('close', () => this.#end());
    this.#stream = secure;
    await this.#until(() => established).catch((error: unknown) => {
      if (this.#closed && error instanceof ProbeError)
        throw new HandshakeFailure('the server hung up during the handshake');
      throw error;
    });
    const { standardName } = secure.getCipher();
    const sent = recorder.certificates(standardName) ?? presentedTo(secure);
    return { protocol: secure.getProtocol() ?? '', cipher: standardName, certificates: sent };
  }

  close(): void {
    clearTimeout(this.#deadline);
    this.#stream.destroy();
    this.socket.destroy();
  }

  /** Says goodbye, and does not wait for the answer: neither does the process. */
  quit(): void {
    if (this.#closed || this.#failure !== undefined) {
      this.close();
      return;
    }
    clearTimeout(this.#deadline);
    this.#stream.end('QUIT\r\n');
    this.socket.unref();
    setTimeout(() => this.close(), farewell).unref();
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
      if (this.#closed) throw new ProbeError(`${this.name}: the server hung up`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Node's own list, for a handshake that could not be read along. */
function presentedTo(secure: TLSSocket): Uint8Array[] {
  const certificate = secure.getPeerX509Certificate();
  return certificate === undefined ? [] : [new Uint8Array(certificate.raw)];
}

function describe(error: Error & { code?: string; errors?: Error[] }): string {
  // Several addresses were tried, and none answered.
  const [first] = error.errors ?? [];
  if (first !== undefined) return describe(first);
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    case 'ECONNRESET':
      return 'the server broke the connection';
    default:
      return error.message.replace(/^[0-9A-F]{8,}:error:[0-9A-F]*:/, '').trim();
  }
}
