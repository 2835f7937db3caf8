import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** As much of an IMAP server as saslauthd needs to ask it for one user's password. */
export class Imap {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(user: string, password: string): Promise<Imap> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('* OK ready\r\n');
      socket.on('data', (bytes) => {
        const [, tag, rest = ''] = /^(\S+) (.*)\r\n$/s.exec(bytes.toString('latin1')) ?? [];
        const right = rest === `LOGIN "${user}" "${password}"`;
        socket.write(/^LOGIN/.test(rest) && !right ? `${tag} NO\r\n` : `${tag} OK\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Imap(server, address.port);
  }

  close(): void {
    this.server.close();
  }
}
