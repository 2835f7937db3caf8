/** Words of a hash that counts its bytes from the most significant one, in memory that WebAssembly reads the other way round. */
export class BigEndianWords {
  readonly #bytes: Uint8Array;

  constructor(
    memory: ArrayBuffer,
    private readonly wordBytes: 4 | 8 | number,
  ) {
    this.#bytes = new Uint8Array(memory);
  }

  /** Writes whole words from the word `index` on. */
  write(index: number, bytes: Uint8Array): void {
    const start = index * this.wordBytes;
    this.#bytes.set(bytes, start);
    this.#swap(start, bytes.length);
  }

  /** The first `length` bytes of the words from `index` on; the words themselves are turned round by it. */
  read(index: number, length: number): Uint8Array {
    const start = index * this.wordBytes;
    this.#swap(start, Math.ceil(length / this.wordBytes) * this.wordBytes);
    return this.#bytes.slice(start, start + length);
  }

  #swap(start: number, length: number): void {
    const words = Buffer.from(this.#bytes.buffer, start, length);
    if (this.wordBytes === 8) words.swap64();
    else words.swap32();
  }
}
