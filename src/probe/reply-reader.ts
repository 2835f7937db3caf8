import { ProbeError } from '../errors.js';

/** How much a server may say. Real servers stay far below; a hostile one must not fill the memory or use up the time. */
const limits = {
  /** Bytes of one line: RFC 5321 4.5.3.1.5 allows 512, some servers write more. */
  lineBytes: 4_096,
  /** Lines of one reply. */
  replyLines: 200,
  /** Bytes of all replies of one connection. */
  totalBytes: 256 * 1_024,
} as const;

/** A reply of SMTP (RFC 5321 4.2). */
export interface Reply {
  readonly code: number;
  /** The text of each line, without code and separator. Whatever the server wrote: not fit for a terminal. */
  readonly lines: readonly string[];
}

/** Cuts what a server sends into replies, within limits. */
export class ReplyReader {
  #buffer = '';
  #total = 0;
  #lines: string[] = [];
  #code: string | undefined;
  readonly #replies: Reply[] = [];

  /** @throws {ProbeError} if it is no SMTP, or more than the limits allow */
  add(bytes: Uint8Array): void {
    this.#total += bytes.length;
    if (this.#total > limits.totalBytes) throw new ProbeError(`the server sent more than ${limits.totalBytes} bytes`);
    this.#buffer += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    for (let end = this.#buffer.indexOf('\n'); end >= 0; end = this.#buffer.indexOf('\n')) {
      const line = this.#buffer.slice(0, end).replace(/\r$/, '');
      this.#buffer = this.#buffer.slice(end + 1);
      this.#addLine(line);
    }
    requireShort(this.#buffer);
  }

  /** The next complete reply, if there is one. */
  take(): Reply | undefined {
    return this.#replies.shift();
  }

  /** Whether anything was sent that nobody has asked for yet. */
  get hasMore(): boolean {
    return this.#replies.length > 0 || this.#lines.length > 0 || this.#buffer.length > 0;
  }

  #addLine(line: string): void {
    requireShort(line);
    const [, code, separator, text = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line) ?? [];
    if (code === undefined) throw new ProbeError(`this is not SMTP: "${line.slice(0, 80)}"`);
    if (this.#code !== undefined && code !== this.#code)
      throw new ProbeError(`a reply changes from ${this.#code} to ${code}`);
    // RFC 6531: where it is not ASCII, it is UTF-8.
    this.#lines.push(Buffer.from(text, 'latin1').toString('utf8'));
    if (this.#lines.length > limits.replyLines) throw new ProbeError(`a reply of more than ${limits.replyLines} lines`);
    this.#code = code;
    if (separator === '-') return;
    this.#replies.push({ code: Number(code), lines: this.#lines });
    this.#lines = [];
    this.#code = undefined;
  }
}

function requireShort(line: string): void {
  if (line.length > limits.lineBytes) throw new ProbeError(`a reply line of more than ${limits.lineBytes} bytes`);
}
