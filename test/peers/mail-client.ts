import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

/** A mail program, as far as its outgoing server is concerned. */
export class MailClient {
  #buffer = '';
  #closed = false;
  #wake: (() => void) | undefined;

  private constructor(
    private socket: Socket | TLSSocket,
    private readonly patience: number,
  ) {
    this.#listen();
  }

  /**
   * Connects to 127.0.0.1 and reads the greeting.
   * @param localAddress where the client seems to be
   * @param patience after how many milliseconds without a byte the connection is given up
   */
  static async open(port: number, localAddress?: string, patience = 2_000): Promise<MailClient> {
    const socket = connect({ port, host: '127.0.0.1', ...(localAddress !== undefined && { localAddress }) });
    const client = new MailClient(socket, patience);
    await once(socket, 'connect');
    await client.reply();
    return client;
  }

  /** Goes over to TLS, trusting only this root, for the name mail.example.com. */
  async startTls(ca: string | Buffer): Promise<string> {
    await this.command('EHLO client.example.org');
    const reply = await this.command('STARTTLS');
    if (!reply.startsWith('220')) throw new Error(reply);
    this.socket.removeAllListeners('data');
    const secure = connectTls({ socket: this.socket, ca, servername: 'mail.example.com' });
    await once(secure, 'secureConnect');
    this.socket = secure;
    this.#listen();
    return this.command('EHLO client.example.org');
  }

  /** The certificate of the other side, hexadecimal SHA-256. */
  get certificate(): string {
    return this.socket instanceof TLSSocket ? this.socket.getPeerCertificate().fingerprint256 : '';
  }

  /** The reply to AUTH PLAIN. */
  logIn(user: string, password: string): Promise<string> {
    return this.command(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`);
  }

  /** Sends one message; the reply that decides. */
  async send(from: string, to: string): Promise<string> {
    for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]) {
      const reply = await this.command(command);
      if (!reply.startsWith('2')) return reply;
    }
    const reply = await this.command('DATA');
    return reply.startsWith('354') ? this.command(`Subject: test\r\n\r\ntest\r\n.`) : reply;
  }

  async command(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.reply();
  }

  async reply(): Promise<string> {
    for (;;) {
      const end = /^\d{3}(?: .*)?\r\n/m.exec(this.#buffer);
      if (end) {
        const reply = this.#buffer.slice(0, end.index + end[0].length);
        this.#buffer = this.#buffer.slice(reply.length);
        return reply;
      }
      if (this.#closed) throw new Error(`the server hung up: ${this.#buffer}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #listen(): void {
    // A port that is open and says nothing is what a broken smtpd looks like.
    this.socket.setTimeout(this.patience, () => this.socket.destroy());
    this.socket.on('data', (bytes: Buffer) => {
      this.#buffer += bytes.toString('latin1');
      this.#wake?.();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.#closed = true;
      this.#wake?.();
    });
  }
}
