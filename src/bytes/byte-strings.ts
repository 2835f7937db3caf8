/** Byte strings by number, of which there may be thousands: nothing is made for one until it is asked for. */
export interface ByteStrings {
  readonly count: number;
  lengthAt(index: number): number;
  /** The last octet for 1, the one before it for 2, and so on; 0 if the string is shorter. */
  octetFromEnd(index: number, distance: number): number;
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

  octetFromEnd(index: number, distance: number): number {
    const string = this.at(index);
    return string[string.length - distance] ?? 0;
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
    private readonly bytes: Uint8Array,
    readonly count: number,
  ) {
    this.#starts = new Uint32Array(count);
    this.#ends = new Uint32Array(count);
  }

  set(index: number, start: number, end: number): void {
    this.#starts[index] = start;
    this.#ends[index] = end;
  }

  lengthAt(index: number): number {
    return (this.#ends[index] as number) - (this.#starts[index] as number);
  }

  octetFromEnd(index: number, distance: number): number {
    return distance > this.lengthAt(index) ? 0 : (this.bytes[(this.#ends[index] as number) - distance] as number);
  }

  at(index: number): Uint8Array {
    const { buffer, byteOffset } = this.bytes;
    return new Uint8Array(buffer, byteOffset + (this.#starts[index] as number), this.lengthAt(index));
  }
}
