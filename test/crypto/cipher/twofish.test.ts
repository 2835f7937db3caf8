import { describe, expect, it, vi } from 'vitest';
import { Twofish } from '../../../src/crypto/cipher/twofish.js';

/** The values of the submission to NIST (files ecb_vk, ecb_vt, ecb_tbl, ecb_e_m, ecb_d_m, cbc_d_m), for keys of 256 bits. */
const published = {
  /** Key with the bit of that place set alone, from the first on; plaintext zero. */
  variableKey: [
    '785229b51b515f30a1fcc88b969a4e47',
    'b095e0619e70cdf5f4bc6e88079cf22f',
    '44f32aeae82516ac8857c1985b7109ec',
    'b2bbe93b433c8f0415b90282e788c071',
    '9e953ebaa3b13f43f90908b53daa0c09',
  ],
  /** Plaintext with the bit of that place set alone; key zero. */
  variableText: [
    '23a385f617f313dac05bcb7eabd61807',
    '35be2b4738602a1da3de5c9e7e871923',
    '03e8bb7a568e95ba792dce77d5523c2b',
    'd3acbe92c482d2e806fd837e41dbb288',
    'dc3b1c37c69b4059eaadf03fcd016eb4',
  ],
  monteCarloEncrypt: [
    '04f2f36ca927ae506931de8f78b2513c',
    '04ead2a58c67fefcd4485d231c7ae4d7',
    '01bf7f83a2cf4d8f31b5f913fb372389',
  ],
  monteCarloDecrypt: [
    'bc7d078c4872063869deab891fb42761',
    'ab2f67d3aa11747c96ca942ce40925e1',
    '2cef3c1f8fe43f34456007f87dd4d710',
  ],
  monteCarloCbcDecrypt: [
    '2cba6271a1044f90c30ba8fe91e1c163',
    '05f05148ef495836ab0da226b2e9d0c2',
    'a792ac61e7110c434bc2bbcab6e53cae',
  ],
} as const;

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const view = (octets: Uint8Array) => new DataView(octets.buffer, octets.byteOffset, octets.length);

function encrypt(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const block = plain.slice();
  new Twofish(key).encryptBlock(view(block));
  return block;
}

function decrypt(key: Uint8Array, cipher: Uint8Array): Uint8Array {
  const block = cipher.slice();
  new Twofish(key).decryptBlock(view(block));
  return block;
}

function oneBit(length: number, place: number): Uint8Array {
  const octets = new Uint8Array(length);
  octets[place >> 3] = 0x80 >> (place & 7);
  return octets;
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, i) => octet ^ (b[i] as number));
}

describe('Twofish with a key of 256 bits', () => {
  it('encrypts zero under zero as the specification says', () => {
    expect(hex(encrypt(new Uint8Array(32), new Uint8Array(16)))).toBe('57ff739d4dc92c1bd7fc01700cc8216f');
  });

  it('agrees with the example of the full key schedule', () => {
    const key = bytes('0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff');
    expect(hex(encrypt(key, new Uint8Array(16)))).toBe('37527be0052334b89f0cfccae87cfa20');
  });

  it.each(published.variableKey.map((cipher, place) => [place + 1, cipher] as const))(
    'variable key %i',
    (i, cipher) => {
      const key = oneBit(32, i - 1);
      expect(hex(encrypt(key, new Uint8Array(16)))).toBe(cipher);
      expect(hex(decrypt(key, bytes(cipher)))).toBe('0'.repeat(32));
    },
  );

  it.each(published.variableText.map((cipher, place) => [place + 1, cipher] as const))(
    'variable text %i',
    (i, cipher) => {
      const plain = oneBit(16, i - 1);
      expect(hex(encrypt(new Uint8Array(32), plain))).toBe(cipher);
      expect(hex(decrypt(new Uint8Array(32), bytes(cipher)))).toBe(hex(plain));
    },
  );

  it('comes to the published block after 49 encryptions, each keyed by the plaintexts before', () => {
    let key: Uint8Array = new Uint8Array(32);
    let plain: Uint8Array = new Uint8Array(16);
    for (let i = 1; i < 49; i++) {
      const cipher = encrypt(key, plain);
      key = Uint8Array.from([...plain, ...key.subarray(0, 16)]);
      plain = cipher;
    }
    expect(hex(key)).toBe('248a7f3528b168acfdd1386e3f51e30c2e2158bc3e5fc714c1eeeca0ea696d48');
    expect(hex(plain)).toBe('431058f4dbc7f734da4f02f04cc4f459');
    expect(hex(encrypt(key, plain))).toBe('37fe26ff1cf66175f5ddf4c33b97a205');
  });

  it.each([
    ['encrypting', 'encryptBlock', published.monteCarloEncrypt],
    ['decrypting', 'decryptBlock', published.monteCarloDecrypt],
  ] as const)('agrees with the Monte Carlo test, %s', (_, method, expected) => {
    let key: Uint8Array = new Uint8Array(32);
    const block = new Uint8Array(16);
    for (const outcome of expected) {
      const cipher = new Twofish(key);
      let before: Uint8Array = block;
      for (let i = 0; i < 10_000; i++) {
        if (i === 9_999) before = block.slice();
        cipher[method](view(block));
      }
      expect(hex(block)).toBe(outcome);
      // The last two blocks change the key for the next round.
      key = xor(key, Uint8Array.from([...before, ...block]));
    }
  });

  it('agrees with the Monte Carlo test of CBC, decrypting', () => {
    let key: Uint8Array = new Uint8Array(32);
    let iv: Uint8Array = new Uint8Array(16);
    let cipher: Uint8Array = new Uint8Array(16);
    for (const outcome of published.monteCarloCbcDecrypt) {
      const twofish = new Twofish(key);
      let before: Uint8Array = cipher;
      for (let i = 0; i < 10_000; i++) {
        const block = cipher.slice();
        twofish.decryptBlock(view(block));
        before = i === 9_999 ? cipher : before;
        [iv, cipher] = [cipher, xor(block, iv)];
      }
      expect(hex(cipher)).toBe(outcome);
      key = xor(key, Uint8Array.from([...before, ...cipher]));
    }
  });

  it('overwrites its S-boxes and its subkeys', () => {
    const twofish = new Twofish(new Uint8Array(32).fill(1));
    const fill = vi.spyOn(Int32Array.prototype, 'fill');
    twofish.wipe();
    expect(fill.mock.contexts.map((words) => (words as Int32Array).length).sort()).toEqual([1024, 40]);
    expect(fill.mock.calls).toEqual([[0], [0]]);
    vi.restoreAllMocks();
  });

  it('takes no key of another length', () => {
    expect(() => new Twofish(new Uint8Array(16))).toThrow(new RangeError('a Twofish key of 32 bytes expected'));
  });
});
