import { type ByteStrings, SeparateStrings } from '../bytes/byte-strings.js';
import { wipe } from '../bytes/wipe.js';
import { charactersOfLine, lengthOfLine, lineFeed } from './line.js';
import { type LineEncoder, octetsAtOnce, PlainLineEncoder, VectorLineEncoder } from './line-encoder.js';

const padding = 0x3d;
/** Octets from which on vectors repay that they have to be made first. */
const worthVectors = 2 ** 17;

/**
 * One PEM block (RFC 7468): LF line ends, the last line included.
 * @param label what stands in its boundary lines, such as `CERTIFICATE` or `PRIVATE KEY`
 */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  return encodePemBlocks(label, [der]);
}

/** Blocks of one label, one after the other. */
export function encodePemBlocks(label: string, blocks: readonly Uint8Array[]): Uint8Array {
  return encodePemStrings(label, new SeparateStrings(blocks));
}

/** The same for what need not be in arrays. */
export function encodePemStrings(label: string, blocks: ByteStrings): Uint8Array {
  const { length, octets } = measure(label, blocks);
  // In memory of its own, since this may be a key, and not filled with zeros first, which takes a tenth of the time for thousands.
  const text = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let at = 0;
  const copy = (piece: Uint8Array) => {
    text.set(piece, at);
    at += piece.length;
  };
  writeBlocks(label, blocks, octets, copy);
  if (at !== length) throw new RangeError(`${length} octets of PEM became ${at}`);
  return text;
}

/**
 * The same in pieces of some ten thousand octets, for a file that is not to be in memory as a whole.
 * @param take is given each piece; it is overwritten by the next one, and `take` must encode nothing itself
 */
export function encodePemPieces(label: string, blocks: ByteStrings, take: (piece: Uint8Array) => void): void {
  const { octets } = measure(label, blocks);
  writeBlocks(label, blocks, octets, take);
}

function measure(label: string, blocks: ByteStrings): { length: number; octets: number } {
  let length = blocks.count * (beginning(label).length + ending(label).length);
  let octets = 0;
  for (let index = 0; index < blocks.count; index++) {
    octets += blocks.lengthAt(index);
    length += bodyLength(blocks.lengthAt(index));
  }
  return { length, octets };
}

/** @param octets how many the blocks have */
function writeBlocks(label: string, blocks: ByteStrings, octets: number, take: (piece: Uint8Array) => void): void {
  const writer = new BlockWriter(label, octets < worthVectors ? plainEncoder() : vectorEncoder(), take);
  for (let index = 0; index < blocks.count; index++) writer.write(blocks.at(index));
  writer.finish();
}

function beginning(label: string): string {
  return `-----BEGIN ${label}-----\n`;
}

function ending(label: string): string {
  return `-----END ${label}-----\n`;
}

function bodyLength(octets: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  return characters + Math.ceil(characters / charactersOfLine);
}

/** Writes blocks into the memory of an encoder, behind the octets, and hands over what is there whenever there is no room left. */
class BlockWriter {
  readonly #begin: Uint8Array;
  /** What comes between two blocks. */
  readonly #between: Uint8Array;
  readonly #memory: Uint8Array;
  /** The octets, two zeros behind them that the last character may be made of, and what the last vector takes in besides. */
  readonly #start = octetsAtOnce + charactersOfLine;
  #at = this.#start;
  #most = this.#start;
  #isEmpty = true;

  constructor(
    private readonly label: string,
    private readonly encoder: LineEncoder,
    private readonly take: (piece: Uint8Array) => void,
  ) {
    // A label is ASCII (RFC 7468 3).
    this.#begin = Buffer.from(beginning(label), 'latin1');
    this.#between = Buffer.from(ending(label) + beginning(label), 'latin1');
    this.#memory = encoder.memory;
  }

  write(der: Uint8Array): void {
    this.#put(this.#isEmpty ? this.#begin : this.#between);
    this.#isEmpty = false;
    if (der.length <= octetsAtOnce) this.#putLines(der);
    else
      for (let from = 0; from < der.length; from += octetsAtOnce)
        this.#putLines(der.subarray(from, from + octetsAtOnce));
  }

  /** Nothing of what was written stays in the memory: it may have been a key. */
  finish(): void {
    if (!this.#isEmpty) this.#put(Buffer.from(ending(this.label), 'latin1'));
    this.#hand();
    wipe(this.#memory.subarray(0, this.#most));
  }

  #put(line: Uint8Array): void {
    this.#makeRoom(line.length);
    this.#memory.set(line, this.#at);
    this.#at += line.length;
  }

  #putLines(octets: Uint8Array): void {
    const memory = this.#memory;
    const { length } = octets;
    const end = bodyLength(length);
    // The last line is written whole, and what is too much of it written over by what comes next.
    this.#makeRoom(end + lengthOfLine);
    this.#most = Math.max(this.#most, this.#at + end + lengthOfLine);
    memory.set(octets);
    memory[length] = 0;
    memory[length + 1] = 0;
    this.encoder.encode(length, this.#at);
    this.#at += end;
    if (length > 0) memory[this.#at - 1] = lineFeed;
    if (length % 3 > 0) memory[this.#at - 2] = padding;
    if (length % 3 === 1) memory[this.#at - 3] = padding;
  }

  #makeRoom(length: number): void {
    if (this.#at + length > this.#memory.length) this.#hand();
  }

  #hand(): void {
    if (this.#at > this.#start) this.take(this.#memory.subarray(this.#start, this.#at));
    this.#at = this.#start;
  }
}

let plain: LineEncoder | undefined;
let vector: LineEncoder | undefined;

/** There is one of each, since nothing else runs while it is used. */
function plainEncoder(): LineEncoder {
  return (plain ??= new PlainLineEncoder());
}

function vectorEncoder(): LineEncoder {
  return (vector ??= VectorLineEncoder.make() ?? plainEncoder());
}
