import { bytesFromLatin1, toLatin1 } from '../bytes/encoding.js';
import { decodeUtf8Leniently } from '../bytes/utf8.js';
import { ProbeError } from '../errors.js';
import { replyLimits } from '../limits.js';

/** Maximum number of characters that an error quotes from a line that is not SMTP. */
const shownCharacters = 80;

/** An SMTP reply (RFC 5321 4.2). */
export interface Reply {
  readonly code: number;
  /** The text of each line, without code and separator. It is untrusted, and may contain control characters. */
  readonly lines: readonly string[];
}

/**
 * Splits the data from a server into replies, within {@link replyLimits}. The time is linear in the number of bytes, even if they arrive in
 * many small pieces.
 */
export class ReplyReader {
  /** The pieces of a line whose end has not arrived yet. */
  #pieces: string[] = [];
  #pieceBytes = 0;
  #total = 0;
  #lines: string[] = [];
  #code: string | undefined;
  readonly #replies: Reply[] = [];
  /** Number of replies already taken. A counter, because Array.shift would move all others each time. */
  #taken = 0;

  /**
   * Adds data from the server.
   * @throws {ProbeError} if it is not SMTP, or if it exceeds a limit
   */
  add(bytes: Uint8Array): void {
    this.#total += bytes.length;
    if (this.#total > replyLimits.totalBytes)
      throw new ProbeError(`the server sent more than ${replyLimits.totalBytes} bytes`);
    const text = toLatin1(bytes);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#addPiece(text.slice(start, end));
      const line = this.#pieces.join('');
      this.#pieces = [];
      this.#pieceBytes = 0;
      this.#addLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      start = end + 1;
    }
    this.#addPiece(text.slice(start));
  }

  /** Returns the next complete reply, if there is one. */
  take(): Reply | undefined {
    const reply = this.#replies[this.#taken];
    if (reply !== undefined) this.#taken++;
    return reply;
  }

  /** Whether the server has sent more than the replies taken so far. */
  get hasMore(): boolean {
    return this.#replies.length > this.#taken || this.#lines.length > 0 || this.#pieceBytes > 0;
  }

  #addPiece(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes > replyLimits.lineBytes)
      throw new ProbeError(`a reply line of more than ${replyLimits.lineBytes} bytes`);
  }

  #addLine(line: string): void {
    const [, code, separator, text = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line) ?? [];
    if (code === undefined) throw new ProbeError(`this is not SMTP: "${line.slice(0, shownCharacters)}"`);
    if (this.#code !== undefined && code !== this.#code)
      throw new ProbeError(`a reply changes from ${this.#code} to ${code}`);
    // Text beyond ASCII is UTF-8 (RFC 6531).
    this.#lines.push(decodeUtf8Leniently(bytesFromLatin1(text)));
    if (this.#lines.length > replyLimits.replyLines)
      throw new ProbeError(`a reply of more than ${replyLimits.replyLines} lines`);
    this.#code = code;
    if (separator === '-') return;
    this.#replies.push({ code: Number(code), lines: this.#lines });
    this.#lines = [];
    this.#code = undefined;
  }
}
