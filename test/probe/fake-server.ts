import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { blocks } from '../postfix/sound-installation.js';

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
/** What the story's server serves. */
export const storyChain: SecureContextOptions = { key, cert: site + intermediate + cross };

/** How a fake mail server behaves; what is left out is as on a good server. */
export interface Behaviour {
  readonly tls?: SecureContextOptions;
  readonly implicitTls?: boolean;
  readonly greeting?: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Answers a command line in another way; undefined for the usual one. */
  readonly answer?: (line: string) => string | undefined;
  /** Answers a command line of the given connection, counted from 1, in another way. */
  readonly answerOn?: (connection: number, line: string) => string | undefined;
  /** Asks for a client certificate of this CA, and refuses clients without one, unless `admitsAll` is true. */
  readonly clientCa?: string;
  readonly admitsAll?: boolean;
  /** Remembers MAIL FROM and answers a second one with 503, as RFC 5321 4.1.4 allows. */
  readonly refusesNestedMail?: boolean;
  /** Ends the connection after the answer to this command. */
  readonly hangsUpAfter?: string;
  /** Keeps the connection open when the client ends its side. */
  readonly allowHalfOpen?: boolean;
  /** Takes the connection over instead. */
  readonly instead?: (socket: Socket) => void;
}

/** A mail server on loopback that does what a test says. */
export class FakeServer {
  readonly commands: string[] = [];
  /** SNI of each handshake; false where the client sent none. */
  readonly serverNames: (string | false)[] = [];
  #connections = 0;
  readonly #sockets = new Set<Socket>();

  /** The connections that clients have made so far. */
  get sockets(): readonly Socket[] {
    return [...this.#sockets];
  }

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(behaviour: Behaviour = {}, host = '127.0.0.1'): Promise<FakeServer> {
    const server = createServer({ allowHalfOpen: behaviour.allowHalfOpen ?? false }).listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const fake = new FakeServer(server, address.port);
    server.on('connection', (socket) => {
      fake.#sockets.add(socket);
      socket.on('error', () => {});
      if (behaviour.instead) behaviour.instead(socket);
      else if (behaviour.implicitTls) fake.#converse(fake.#secure(socket, behaviour), behaviour, true);
      else fake.#converse(socket, behaviour, false);
    });
    return fake;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }

  #secure(socket: Socket, { tls = storyChain, clientCa, admitsAll = false }: Behaviour): TLSSocket {
    const context = createSecureContext({ ...tls, ...(clientCa !== undefined && { ca: clientCa }) });
    const asks = clientCa !== undefined;
    const requires = asks && !admitsAll;
    const options = { isServer: true, secureContext: context, requestCert: asks, rejectUnauthorized: requires };
    const secure = new TLSSocket(socket, options);
    secure.on('error', () => {});
    secure.on('secure', () => {
      this.serverNames.push((secure as TLSSocket & { servername?: string | false }).servername ?? false);
      if (requires && verifyError(secure)) secure.destroy();
    });
    return secure;
  }

  #converse(socket: Socket, behaviour: Behaviour, inTls: boolean, greeted = false): void {
    const { before = ['PIPELINING', 'STARTTLS'], after = ['PIPELINING', 'AUTH PLAIN LOGIN'] } = behaviour;
    if (!greeted) socket.write(behaviour.greeting ?? '220 fake ESMTP\r\n');
    if (!greeted) this.#connections++;
    const connection = this.#connections;
    let hasSender = false;
    let buffer = '';
    const onData = (bytes: Buffer) => {
      buffer += bytes.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        this.commands.push(line);
        const special = behaviour.answer?.(line) ?? behaviour.answerOn?.(connection, line);
        const isNested = behaviour.refusesNestedMail && hasSender && line.startsWith('MAIL');
        if (line.startsWith('MAIL')) hasSender = true;
        if (line === 'RSET') hasSender = false;
        if (isNested) socket.write('503 5.5.1 Error: nested MAIL command\r\n');
        else if (special !== undefined) socket.write(special);
        else if (/^EHLO/.test(line)) socket.write(ehlo(inTls ? after : before));
        else if (/^STARTTLS/.test(line)) {
          socket.off('data', onData);
          socket.write('220 go\r\n');
          this.#converse(this.#secure(socket, behaviour), behaviour, true, true);
        } else if (/^RCPT/.test(line)) socket.write('554 5.7.1 Relay access denied\r\n');
        else socket.write('250 ok\r\n');
        if (line === behaviour.hangsUpAfter) socket.end();
      }
    };
    socket.on('data', onData);
  }
}

function ehlo(capabilities: readonly string[]): string {
  const lines = ['fake', ...capabilities];
  return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('');
}

/** Why the client's certificate is not accepted. A TLSSocket without a tls.Server leaves this question to its caller. */
function verifyError(secure: TLSSocket): Error | null {
  return (secure as TLSSocket & { _handle: { verifyError(): Error | null } })._handle.verifyError();
}
