import { join } from '../bytes/concat.js';
import { toHex } from '../bytes/encoding.js';
import { LimitExceededError, type MalformedError, StoreMalformedError } from '../errors.js';
import { defaultLimits } from '../limits.js';
import { decodeOid } from './oid-encoding.js';
import { Tag } from './tag.js';
import { readTagAndLength } from './tag-and-length.js';

/**
 * Maximum number of children of one element. A child of two bytes becomes an object of about a hundred bytes. Without this limit, a file of
 * 64 MiB could take gigabytes of memory. Real structures have far fewer.
 */
const mostChildren = 2 ** 20;

/** Properties that all elements of the same byte string share. */
interface Source {
  readonly bytes: Uint8Array;
  /** The part of the file's structure that these bytes belong to, for error messages. */
  readonly path: string;
  /** Offset of `bytes` in the file, for error messages. */
  readonly base: number;
  readonly maximumDepth: number;
  readonly faultClass: FaultClass;
}

/** Class of the error that is thrown for malformed bytes: one for keystores, and another for all other inputs. */
type FaultClass = typeof StoreMalformedError | typeof MalformedError;

interface ReadOptions {
  readonly base?: number;
  readonly maximumDepth?: number;
  /** Default: StoreMalformedError. */
  readonly faultClass?: FaultClass;
}

/** The children of a SEQUENCE, by the number of those that are mandatory. */
interface Fields {
  readonly 2: readonly [Asn1Element, Asn1Element, ...Asn1Element[]];
  readonly 3: readonly [Asn1Element, Asn1Element, Asn1Element, ...Asn1Element[]];
  readonly 4: readonly [Asn1Element, Asn1Element, Asn1Element, Asn1Element, ...Asn1Element[]];
  readonly 5: readonly [Asn1Element, Asn1Element, Asn1Element, Asn1Element, Asn1Element, ...Asn1Element[]];
}

/**
 * One ASN.1 element in BER or DER (X.690 8.1). It is a view of the bytes and parses its content on demand.
 * asn1js, in contrast, builds the whole tree, which takes a hundred times as long (0.3 ms for one certificate), and it keeps no offsets for
 * error messages.
 */
export class Asn1Element {
  private constructor(
    private readonly source: Source,
    private readonly depth: number,
    /** Class and number of the tag, as in {@link Tag}, without the constructed bit. */
    readonly tag: number,
    readonly constructed: boolean,
    private readonly start: number,
    private readonly contentStart: number,
    private readonly contentEnd: number,
    private readonly end: number,
  ) {}

  /** Reads the element at the start of `bytes`; more bytes may follow. */
  static first(bytes: Uint8Array, path: string, options: ReadOptions = {}): Asn1Element {
    const { base = 0, maximumDepth = defaultLimits.asn1Depth, faultClass = StoreMalformedError } = options;
    return Asn1Element.#at({ bytes, path, base, maximumDepth, faultClass }, 0, bytes.length, 0);
  }

  /**
   * Reads the element that occupies all of `bytes`.
   * @throws if bytes follow the element
   */
  static only(bytes: Uint8Array, path: string, options: ReadOptions = {}): Asn1Element {
    const element = Asn1Element.first(bytes, path, options);
    if (element.end !== bytes.length) {
      throw new element.source.faultClass(
        path,
        `${bytes.length - element.end} bytes after the end`,
        element.offset + element.end,
      );
    }
    return element;
  }

  static #at(source: Source, start: number, limit: number, depth: number): Asn1Element {
    if (depth > source.maximumDepth) {
      throw new LimitExceededError('asn1Depth', depth, source.maximumDepth, source.path);
    }
    const read = readTagAndLength(source.bytes, start, limit, source.maximumDepth - depth);
    if (typeof read === 'string') throw new source.faultClass(source.path, read, source.base + start);
    const { tag, constructed, contentStart, contentEnd, end } = read;
    return new Asn1Element(source, depth, tag, constructed, start, contentStart, contentEnd, end);
  }

  /** Offset of the element in the file. */
  get offset(): number {
    return this.source.base + this.start;
  }

  /** Offset of the content in the file. */
  get contentOffset(): number {
    return this.source.base + this.contentStart;
  }

  /** Size in bytes, including tag and length. */
  get size(): number {
    return this.end - this.start;
  }

  /** Tag, length and content, as a view of the bytes. */
  get raw(): Uint8Array {
    return this.source.bytes.subarray(this.start, this.end);
  }

  /** The content octets, as a view of the bytes. */
  get content(): Uint8Array {
    return this.source.bytes.subarray(this.contentStart, this.contentEnd);
  }

  /** Returns the same element, but with the name of a part after the path in error messages. */
  named(part: string): Asn1Element {
    const source = { ...this.source, path: `${this.source.path}, ${part}` };
    const { depth, tag, constructed, start, contentStart, contentEnd, end } = this;
    return new Asn1Element(source, depth, tag, constructed, start, contentStart, contentEnd, end);
  }

  malformed(problem: string): StoreMalformedError | MalformedError {
    return new this.source.faultClass(this.source.path, problem, this.offset);
  }

  /**
   * Returns this element if it has the given tag.
   * @throws if it has another tag
   */
  expect(tag: number, what: string): this {
    if (this.tag !== tag) throw this.malformed(`${what} expected, tag ${tagName(this.tag)} found`);
    return this;
  }

  /** Returns the elements inside this one, in order. */
  children(what = 'constructed element'): Asn1Element[] {
    if (!this.constructed) throw this.malformed(`${what} expected, tag ${tagName(this.tag)} found`);
    const children: Asn1Element[] = [];
    for (let at = this.contentStart; at < this.contentEnd; ) {
      const child = Asn1Element.#at(this.source, at, this.contentEnd, this.depth + 1);
      if (children.length === mostChildren) throw this.malformed(`${what}: more than ${mostChildren} elements inside`);
      children.push(child);
      at = child.end;
    }
    return children;
  }

  /** Returns the children of a SEQUENCE. */
  sequence(what: string): Asn1Element[] {
    return this.expect(Tag.sequence, what).children(what);
  }

  /**
   * Returns the children of a SEQUENCE of which the first `count` are mandatory.
   * @param problem says in the error message what a shorter SEQUENCE lacks
   */
  fields<Count extends keyof Fields>(count: Count, what: string, problem: string): Fields[Count] {
    const children = this.sequence(what);
    if (children.length < count) throw this.malformed(`${what}: ${problem}`);
    return children as unknown as Fields[Count];
  }

  /** Returns the children of a SET. */
  set(what: string): Asn1Element[] {
    return this.expect(Tag.set, what).children(what);
  }

  /** Returns the only child of an element with an explicit tag. */
  explicit(what: string): Asn1Element {
    const [only, another] = this.children(what);
    if (only === undefined || another !== undefined) throw this.malformed(`${what}: one element expected`);
    return only;
  }

  /**
   * Returns the octets of an OCTET STRING. The tag is not checked, because it may be implicit. The segments of a constructed OCTET STRING
   * are joined (X.690 8.7.3).
   */
  octets(): Uint8Array {
    if (!this.constructed) return this.content;
    const segments: Uint8Array[] = [];
    const pending = this.children().reverse();
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      next.expect(Tag.octetString, 'segment of an OCTET STRING');
      // Pushed one by one, because push(...children) fails for more arguments than the stack can hold.
      if (next.constructed) for (const child of next.children().reverse()) pending.push(child);
      else segments.push(next.content);
    }
    return join(segments);
  }

  /** Returns the value of an INTEGER, which is encoded as big-endian two's complement. */
  integer(what: string): bigint {
    const { content } = this.expect(Tag.integer, what);
    if (content.length === 0) throw this.malformed(`${what}: empty INTEGER`);
    return BigInt.asIntN(content.length * 8, BigInt(`0x${toHex(content)}`));
  }

  /** Returns the value of an INTEGER from 0 to 2^53 - 1, such as a count, a version or a size. */
  smallInteger(what: string): number {
    const { content } = this.expect(Tag.integer, what);
    // 2^53 - 1 takes seven octets. One redundant zero octet before them is accepted, although X.690 8.3.2 forbids it.
    const value = content.length <= 8 ? Number(this.integer(what)) : Number.POSITIVE_INFINITY;
    if (value < 0) throw this.malformed(`${what}: negative`);
    if (!Number.isSafeInteger(value)) throw this.malformed(`${what}: INTEGER of ${content.length} bytes is too large`);
    return value;
  }

  /** Returns an OBJECT IDENTIFIER in dotted form. */
  oid(what: string): string {
    const oid = decodeOid(this.expect(Tag.oid, what).content);
    if (oid === undefined) throw this.malformed(`${what}: bad OBJECT IDENTIFIER`);
    return oid;
  }

  /** Returns the octets of a BIT STRING, without the first octet, which counts the unused bits. */
  bitOctets(what: string): Uint8Array {
    const { content } = this.expect(Tag.bitString, what);
    if (this.constructed || content.length === 0) throw this.malformed(`${what}: bad BIT STRING`);
    return content.subarray(1);
  }
}

function tagName(tag: number): string {
  const name = Object.entries(Tag).find(([, value]) => value === tag)?.[0];
  return name ?? (tag >= 0x80 && tag < 0xa0 ? `[${tag - 0x80}]` : `0x${tag.toString(16)}`);
}
