/** The part of node-forge that is used here; it comes without types. Its strings hold one byte in each character. */
declare module 'node-forge/lib/rc2.js' {
  interface BinaryBuffer {
    getBytes(): string;
  }
  interface Rc2Cipher {
    start(iv: string): void;
    update(input: BinaryBuffer): void;
    finish(unpad: () => boolean): boolean;
    readonly output: BinaryBuffer;
  }
  const rc2: { createDecryptionCipher(key: string, effectiveBits: number): Rc2Cipher };
  // biome-ignore lint/style/noDefaultExport: a CommonJS module has no other.
  export default rc2;
}
