import { StoreMalformedError } from '../errors.js';
import { latin1Reader } from './encoding.js';
import { decodeModifiedUtf8, type TextForm } from './modified-utf8.js';

/**
 * Reads data that Java's DataOutput wrote: big-endian numbers, and strings and byte arrays preceded by their length.
 * Each length is compared with the remaining bytes before it is used. Byte arrays are returned as views, not copied.
 */
export class ByteReader {
  #offset = 0;
  readonly view: DataView;
  readonly #latin1: (start: number, end: number) => string;

  /** @param where returns the part of the structure that is being read, for error messages */
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

  /** Creates an error at the current offset, or at `offset`. */
  malformed(problem: string, offset: number = this.#offset): StoreMalformedError {
    return new StoreMalformedError(this.where(), problem, offset);
  }

  /** Returns the next `length` bytes as a view. */
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

  /** Reads a Java long. Values beyond 2^53 are rounded; the only longs in keystores are dates, which are far smaller. */
  i64(what: string): number {
    const start = this.#advance(8, what);
    return this.view.getInt32(start) * 2 ** 32 + this.view.getUint32(start + 4);
  }

  /**
   * Reads a count, which must not be negative. Use it as the bound of a loop, but never to allocate memory, because a damaged file may
   * contain any value.
   */
  count(what: string): number {
    const at = this.#offset;
    const value = this.i32(what);
    if (value < 0) throw this.malformed(`${what}: negative (${value})`, at);
    return value;
  }

  /** Reads a four-byte length and returns that many bytes as a view. */
  blob(what: string): Uint8Array {
    const at = this.#offset;
    const length = this.view.getInt32(this.#advance(4, what, 'length of '));
    if (length < 0) throw this.malformed(`length of ${what}: negative (${length})`, at);
    if (length > this.left) throw this.malformed(`length of ${what}: ${length} bytes wanted, ${this.left} left`, at);
    return this.take(length, what);
  }

  /** Reads a string that `writeUTF` wrote: its length in bytes as a two-byte number, then modified UTF-8. */
  utf(what: string): { text: string; form: TextForm } {
    const length = this.view.getUint16(this.#advance(2, what, 'length of '));
    const start = this.#advance(length, what);
    const end = start + length;
    let ascii = start;
    while (ascii < end && (this.bytes[ascii] as number) < 0x80) ascii++;
    // Nearly all strings are ASCII. Reading them without a view for each saves a third of the loading time of a keystore with 10,000
    // entries.
    if (ascii === end) return { text: this.#latin1(start, end), form: 'modified-utf8' };
    return decodeModifiedUtf8(this.bytes.subarray(start, end));
  }

  /**
   * Skips a string that `writeUTF` wrote, if it consists of exactly these bytes. Use this for a string that repeats in every entry, because
   * no string is created.
   * @returns whether the string was skipped
   */
  skipUtf(expected: Uint8Array): boolean {
    const start = this.#offset + 2;
    if (this.left < 2 + expected.length || this.view.getUint16(this.#offset) !== expected.length) return false;
    for (let i = 0; i < expected.length; i++) if (this.bytes[start + i] !== expected[i]) return false;
    this.#offset = start + expected.length;
    return true;
  }

  /** @param part comes before `what` in the error message. The two are joined only if that message is needed. */
  #advance(length: number, what: string, part = ''): number {
    const start = this.#offset;
    if (length > this.bytes.length - start) {
      throw this.malformed(`${part}${what}: ${length} bytes wanted, ${this.left} left`, start);
    }
    this.#offset = start + length;
    return start;
  }
}
