import { StoreMalformedError } from '../errors.js';
import { latin1Reader } from './encoding.js';
import { decodeModifiedUtf8, type TextForm } from './modified-utf8.js';

/**
 * Reads what Java's DataOutput wrote: big-endian numbers, length-prefixed blobs and strings.
 * Every length is checked against the bytes left before anything is taken, and nothing is copied: blobs are views.
 */
export class ByteReader {
  #offset = 0;
  readonly view: DataView;
  readonly #latin1: (start: number, end: number) => string;

  /** @param where names the part of the structure that is being read, for error messages */
  constructor(
    readonly bytes: Uint8Array,
    private readonly where: () => string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#latin1 = latin1Reader(bytes);
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.bytes.length - this.#offset;
  }

  /** An error at the current offset, or at `offset`. */
  malformed(problem: string, offset: number = this.#offset): StoreMalformedError {
    return new StoreMalformedError(this.where(), problem, offset);
  }

  /** The next `length` bytes, not copied. */
  take(length: number, what: string): Uint8Array {
    const start = this.#advance(length, what);
    return this.bytes.subarray(start, start + length);
  }

  u8(what: string): number {
    return this.view.getUint8(this.#advance(1, what));
  }

  u16(what: string): number {
    return this.view.getUint16(this.#advance(2, what));
  }

  i32(what: string): number {
    return this.view.getInt32(this.#advance(4, what));
  }

  u32(what: string): number {
    return this.view.getUint32(this.#advance(4, what));
  }

  /** A Java long, rounded beyond 2^53; only dates are stored as one, and they are far smaller. */
  i64(what: string): number {
    const start = this.#advance(8, what);
    return this.view.getInt32(start) * 2 ** 32 + this.view.getUint32(start + 4);
  }

  /** A count that must not be negative. Use it to bound a loop, never to allocate: it may be a lie. */
  count(what: string): number {
    const at = this.#offset;
    const value = this.i32(what);
    if (value < 0) throw this.malformed(`${what}: negative (${value})`, at);
    return value;
  }

  /** A four-byte length, then that many bytes, not copied. */
  blob(what: string): Uint8Array {
    const at = this.#offset;
    const length = this.i32(`length of ${what}`);
    if (length < 0) throw this.malformed(`length of ${what}: negative (${length})`, at);
    if (length > this.left) throw this.malformed(`length of ${what}: ${length} bytes wanted, ${this.left} left`, at);
    return this.take(length, what);
  }

  /** What `writeUTF` wrote: a two-byte length in bytes, then modified UTF-8. */
  utf(what: string): { text: string; form: TextForm } {
    const length = this.u16(`length of ${what}`);
    const start = this.#advance(length, what);
    const end = start + length;
    let ascii = start;
    while (ascii < end && (this.bytes[ascii] as number) < 0x80) ascii++;
    // Nearly every string is ASCII; without a view for each, a keystore of 10,000 entries loads in two thirds of the time.
    if (ascii === end) return { text: this.#latin1(start, end), form: 'modified-utf8' };
    return decodeModifiedUtf8(this.bytes.subarray(start, end));
  }

  #advance(length: number, what: string): number {
    const start = this.#offset;
    if (length > this.bytes.length - start) {
      throw this.malformed(`${what}: ${length} bytes wanted, ${this.left} left`, start);
    }
    this.#offset = start + length;
    return start;
  }
}
