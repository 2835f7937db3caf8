import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { blocks } from '../postfix/sound-installation.js';

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
/** What the story's server serves. */
export const storyChain: SecureContextOptions = { key, cert: site + intermediate + cross };

/** How a fake mail server behaves; left out, like a sound one. */
export interface Behaviour {
  readonly tls?: SecureContextOptions;
  readonly implicitTls?: boolean;
  readonly greeting?: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Answers a command line in another way; undefined for the usual one. */
  readonly answer?: (line: string) => string | undefined;
  /** Takes the connection over instead. */
  readonly instead?: (socket: Socket) => void;
}

/** A mail server on loopback that does what a test says. */
export class FakeServer {
  readonly commands: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(behaviour: Behaviour = {}, host = '127.0.0.1'): Promise<FakeServer> {
    const server = createServer().listen(0, host);
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

  #secure(socket: Socket, { tls = storyChain }: Behaviour): TLSSocket {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) });
    secure.on('error', () => {});
    return secure;
  }

  #converse(socket: Socket, behaviour: Behaviour, inTls: boolean, greeted = false): void {
    const { before = ['PIPELINING', 'STARTTLS'], after = ['PIPELINING', 'AUTH PLAIN LOGIN'] } = behaviour;
    if (!greeted) socket.write(behaviour.greeting ?? '220 fake ESMTP\r\n');
    let buffer = '';
    const onData = (bytes: Buffer) => {
      buffer += bytes.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        this.commands.push(line);
        const special = behaviour.answer?.(line);
        if (special !== undefined) socket.write(special);
        else if (/^EHLO/.test(line)) socket.write(ehlo(inTls ? after : before));
        else if (/^STARTTLS/.test(line)) {
          socket.off('data', onData);
          socket.write('220 go\r\n');
          this.#converse(this.#secure(socket, behaviour), behaviour, true, true);
        } else if (/^RCPT/.test(line)) socket.write('554 5.7.1 Relay access denied\r\n');
        else socket.write('250 ok\r\n');
      }
    };
    socket.on('data', onData);
  }
}

function ehlo(capabilities: readonly string[]): string {
  const lines = ['fake', ...capabilities];
  return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('');
}
