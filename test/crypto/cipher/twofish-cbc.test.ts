import { describe, expect, it, vi } from 'vitest';
import { Twofish } from '../../../src/crypto/cipher/twofish.js';
import { decryptTwofishCbc } from '../../../src/crypto/cipher/twofish-cbc.js';
import { encryptTwofishCbc } from '../../keystore/bks/uber-maker.js';
import { watchWiping } from '../../wiping.js';

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const iv = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 | i);

describe('Twofish-CBC', () => {
  it.each([0, 1, 15, 16, 17, 100])('gives back %i bytes', (length) => {
    const plain = Uint8Array.from({ length }, (_, i) => i);
    const cipher = encryptTwofishCbc(key, iv, plain);
    const kept = cipher.slice();
    expect(decryptTwofishCbc(key, iv, cipher)).toEqual(plain);
    expect(cipher).toEqual(kept);
  });

  it.each([0, 1, 15, 17])('refuses %i bytes of ciphertext', (length) => {
    expect(decryptTwofishCbc(key, iv, new Uint8Array(length))).toBeUndefined();
  });

  it.each([true, false])('leaves nothing that was made of the key (with the right padding: %s)', (right) => {
    const cipher = encryptTwofishCbc(key, iv, new Uint8Array(20).fill(7));
    if (!right) cipher[31] = (cipher[31] ?? 0) ^ 1;
    const wipe = vi.spyOn(Twofish.prototype, 'wipe');
    expect(decryptTwofishCbc(key, iv, cipher) !== undefined).toBe(right);
    expect(wipe).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
  });

  it('overwrites a plaintext whose padding is not right', () => {
    const plain = new Uint8Array(32).fill(17);
    const cipher = encryptTwofishCbc(key, iv, plain).subarray(0, 32);
    const wiped = watchWiping();
    expect(decryptTwofishCbc(key, iv, cipher)).toBeUndefined();
    expect(wiped).toContain(Buffer.from(plain).toString('latin1'));
    vi.restoreAllMocks();
  });

  it('refuses padding that is not all the same, of no byte, or of more than a block', () => {
    for (const end of [
      [2, 3, 3],
      [0, 0, 0],
      [17, 17, 17],
      [0xff, 0xff, 0xff],
    ]) {
      const plain = new Uint8Array(32).fill(17);
      plain.set(end, 29);
      const cipher = encryptTwofishCbc(key, iv, plain).subarray(0, 32);
      expect(decryptTwofishCbc(key, iv, cipher)).toBeUndefined();
    }
  });
});
