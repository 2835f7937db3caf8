/** Byte strings by number, of which there may be thousands: nothing is made for one until it is asked for. */
export interface ByteStrings {
  readonly count: number;
  lengthAt(index: number): number;
  /** The last four octets as one number, or as many as there are. */
  tailAt(index: number): number;
  at(index: number): Uint8Array;
}

/** Those that exist as arrays already. */
export class SeparateStrings implements ByteStrings {
  constructor(private readonly strings: readonly Uint8Array[]) {}

  get count(): number {
    return this.strings.length;
  }

  lengthAt(index: number): number {
    return this.at(index).length;
  }

  tailAt(index: number): number {
    return tailOf(this.at(index));
  }

  at(index: number): Uint8Array {
    return this.strings[index] as Uint8Array;
  }
}

/** Parts of one file. */
export class FileParts implements ByteStrings {
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  constructor(
    readonly bytes: Uint8Array,
    readonly count: number,
  ) {
    this.#starts = new Uint32Array(count);
    this.#ends = new Uint32Array(count);
  }

  set(index: number, start: number, end: number): void {
    this.#starts[index] = start;
    this.#ends[index] = end;
  }

  startAt(index: number): number {
    return this.#starts[index] as number;
  }

  endAt(index: number): number {
    return this.#ends[index] as number;
  }

  lengthAt(index: number): number {
    return this.endAt(index) - this.startAt(index);
  }

  tailAt(index: number): number {
    return tailOf(this.bytes, this.startAt(index), this.endAt(index));
  }

  at(index: number): Uint8Array {
    const { buffer, byteOffset } = this.bytes;
    return new Uint8Array(buffer, byteOffset + this.startAt(index), this.lengthAt(index));
  }
}

/** The last four octets as one number, or as many as there are; of all bytes, or of those from `start` to `end`. */
export function tailOf(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let tail = 0;
  for (let at = Math.max(start, end - 4); at < end; at++) tail = (tail << 8) | (bytes[at] as number);
  return tail >>> 0;
}
