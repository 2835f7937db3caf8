import { wipe } from '../bytes/wipe.js';

/** RFC 7468 2: every line but the last has exactly 64 characters, which are 48 octets. */
const octetsOfLine = 48;
const charactersOfLine = 64;
const lineFeed = 0x0a;
const padding = 0x3d;
/** What is encoded at once, in octets: enough that a call costs nothing against it, little enough to stay in the cache. */
const batchLength = 512 * octetsOfLine;

/**
 * One PEM block (RFC 7468): LF line ends, the last line included.
 * @param label what stands in its boundary lines, such as `CERTIFICATE` or `PRIVATE KEY`
 */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  return encodePemBlocks(label, [der]);
}

/** Blocks of one label, one after the other. */
export function encodePemBlocks(label: string, blocks: readonly Uint8Array[]): Uint8Array {
  const begin = asciiView(`-----BEGIN ${label}-----\n`);
  const end = asciiView(`-----END ${label}-----\n`);
  let length = 0;
  for (const der of blocks) length += begin.byteLength + bodyLength(der.length) + end.byteLength;
  // Not a Buffer: a small one would share its memory with strangers, and this may be a key.
  const text = new Uint8Array(length);
  const writer = new BodyWriter(text);
  let at = 0;
  for (const der of blocks) {
    at = writer.write(der, writer.copy(begin, 0, begin.byteLength, at));
    at = writer.copy(end, 0, end.byteLength, at);
  }
  writer.finish();
  return text;
}

/** A label is ASCII (RFC 7468 3). */
function asciiView(text: string): DataView {
  const bytes = Buffer.from(text, 'latin1');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function bodyLength(octets: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  return characters + Math.ceil(characters / charactersOfLine);
}

/** A batch before and after it is encoded. There is one for all, since nothing else runs while it is used. */
class Batch {
  readonly octets = Buffer.alloc(batchLength);
  readonly characters = Buffer.alloc((batchLength / octetsOfLine) * charactersOfLine);
  readonly lines = new DataView(this.characters.buffer, this.characters.byteOffset, this.characters.length);

  static #only: Batch | undefined;

  static get only(): Batch {
    return (Batch.#only ??= new Batch());
  }
}

/** Writes base64 in lines. Many lines are encoded by one call, and none of them is a string: a large truststore has some hundred thousand. */
class BodyWriter {
  readonly #text: DataView;
  readonly #batch = Batch.only;
  /** For each piece of a body that waits in the batch, from its beginning on: how long it is, and where it goes. */
  readonly #lengths: number[] = [];
  readonly #targets: number[] = [];
  #filled = 0;
  #mostFilled = 0;

  constructor(text: Uint8Array) {
    this.#text = new DataView(text.buffer);
  }

  /** @returns where the body ends; it is there after {@link finish} */
  write(der: Uint8Array, start: number): number {
    const { octets } = this.#batch;
    for (let from = 0; from < der.length; ) {
      if (this.#filled === batchLength) this.#encode();
      const length = Math.min(der.length - from, batchLength - this.#filled);
      octets.set(from === 0 && length === der.length ? der : der.subarray(from, from + length), this.#filled);
      // What may be left of a longer piece would be seen in the last character.
      for (let i = 0; i < 2; i++) octets[this.#filled + length + i] = 0;
      this.#lengths.push(length);
      this.#targets.push(start + bodyLength(from));
      this.#filled += Math.ceil(length / octetsOfLine) * octetsOfLine;
      from += length;
    }
    return start + bodyLength(der.length);
  }

  /**
   * Copies ASCII, eight octets at a time as one number of any kind: none of theirs is a NaN, which would not be kept as it is.
   * @returns where the copy ends
   */
  copy(from: DataView, start: number, end: number, target: number): number {
    const text = this.#text;
    let at = target;
    let next = start;
    for (; next + 8 <= end; next += 8, at += 8) text.setFloat64(at, from.getFloat64(next, true), true);
    for (; next < end; next++, at++) text.setUint8(at, from.getUint8(next));
    return at;
  }

  finish(): void {
    this.#encode();
    const { octets, characters } = this.#batch;
    wipe(octets.subarray(0, this.#mostFilled), characters.subarray(0, (this.#mostFilled / 3) * 4));
  }

  #encode(): void {
    const { octets, characters } = this.#batch;
    this.#mostFilled = Math.max(this.#mostFilled, this.#filled);
    characters.write(octets.toString('base64', 0, this.#filled), 'latin1');
    let from = 0;
    for (let piece = 0; piece < this.#lengths.length; piece++)
      from = this.#writeLines(this.#lengths[piece] as number, from, this.#targets[piece] as number);
    this.#lengths.length = 0;
    this.#targets.length = 0;
    this.#filled = 0;
  }

  /** Copies the lines of a piece, whose characters begin at `from`. @returns where those of the next one begin */
  #writeLines(length: number, from: number, target: number): number {
    const text = this.#text;
    const { lines } = this.#batch;
    let at = target;
    let next = from;
    for (let left = length; left >= octetsOfLine; left -= octetsOfLine) {
      at = this.copy(lines, next, next + charactersOfLine, at);
      text.setUint8(at++, lineFeed);
      next += charactersOfLine;
    }
    const rest = length % octetsOfLine;
    if (rest === 0) return next;
    const characters = Math.ceil((rest * 4) / 3);
    at = this.copy(lines, next, next + characters, at);
    for (let i = characters; i % 4 > 0; i++) text.setUint8(at++, padding);
    text.setUint8(at, lineFeed);
    return next + charactersOfLine;
  }
}
