import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Key and certificate of a server, as PEM. */
export interface ServerIdentity {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** A mail server that accepts everything: where a relay sends what it relays. */
export class MailSink {
  /** Recipients of messages that arrived whole. */
  readonly delivered: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly identity: ServerIdentity | undefined,
  ) {}

  /** @param identity offers STARTTLS, if given */
  static async open(identity?: ServerIdentity): Promise<MailSink> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const sink = new MailSink(server, address.port, identity);
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.write('220 sink\r\n');
      sink.#serve(socket);
    });
    return sink;
  }

  #serve(socket: Socket): void {
    let recipients: string[] = [];
    let inData = false;
    let buffer = '';
    const receive = (bytes: Buffer) => {
      buffer += bytes.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (inData) {
          if (line !== '.') continue;
          inData = false;
          this.delivered.push(...recipients);
          recipients = [];
        }
        if (/^DATA/i.test(line)) inData = true;
        const recipient = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1];
        if (recipient !== undefined) recipients.push(recipient);
        socket.write(this.#reply(line, inData));
        if (/^STARTTLS/i.test(line)) {
          socket.off('data', receive);
          this.#secure(socket);
          return;
        }
      }
    };
    socket.on('data', receive);
  }

  #reply(line: string, inData: boolean): string {
    if (inData) return '354 go on\r\n';
    if (/^QUIT/i.test(line)) return '221 bye\r\n';
    if (/^STARTTLS/i.test(line)) return '220 begin\r\n';
    return /^EHLO/i.test(line) && this.identity ? '250-sink\r\n250 STARTTLS\r\n' : '250 ok\r\n';
  }

  #secure(socket: Socket): void {
    const secure = new TLSSocket(socket, { isServer: true, ...this.identity });
    // A client that refuses the certificate breaks the connection.
    secure.on('error', () => socket.destroy());
    this.#serve(secure);
  }

  close(): void {
    this.server.close();
  }
}
