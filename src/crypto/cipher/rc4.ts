/**
 * Decrypts RC4, which OpenSSL 3 provides only in its legacy provider. RC4 has no padding, so a wrong key gives random bytes and no error.
 */
export function decryptRc4(key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (i: number) => state[i & 0xff] as number;
  const swap = (i: number, j: number) => {
    const kept = at(i);
    state[i & 0xff] = at(j);
    state[j & 0xff] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] as number)) & 0xff;
    swap(i, j);
  }
  const plain = new Uint8Array(ciphertext.length);
  for (let n = 0, i = 0, j = 0; n < ciphertext.length; n++) {
    i = (i + 1) & 0xff;
    j = (j + at(i)) & 0xff;
    swap(i, j);
    plain[n] = (ciphertext[n] as number) ^ at(at(i) + at(j));
  }
  state.fill(0);
  return plain;
}
