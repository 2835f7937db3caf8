import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A mail server that takes everything: where a relay sends what it relays. */
export class MailSink {
  /** Recipients of messages that arrived whole. */
  readonly delivered: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(): Promise<MailSink> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const sink = new MailSink(server, address.port);
    server.on('connection', (socket) => {
      let recipients: string[] = [];
      let inData = false;
      let buffer = '';
      socket.on('error', () => {});
      socket.write('220 sink\r\n');
      socket.on('data', (bytes) => {
        buffer += bytes.toString('latin1');
        for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
          const line = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          if (inData) {
            if (line !== '.') continue;
            inData = false;
            sink.delivered.push(...recipients);
            recipients = [];
          }
          if (/^DATA/i.test(line)) inData = true;
          const recipient = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1];
          if (recipient !== undefined) recipients.push(recipient);
          socket.write(inData ? '354 go on\r\n' : /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
        }
      });
    });
    return sink;
  }

  close(): void {
    this.server.close();
  }
}
