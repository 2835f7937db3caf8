import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/encoding.js';
import { decryptCbc, decryptDesCbc, removePadding } from '../../src/crypto/cipher/block-cipher.js';
import { decryptRc2Cbc } from '../../src/crypto/cipher/rc2.js';
import { decryptRc4 } from '../../src/crypto/cipher/rc4.js';
import { Password } from '../../src/crypto/kdf/password-variants.js';
import { derivePkcs12 } from '../../src/crypto/kdf/pkcs12-kdf.js';
import { deriveSunJce, firstHalves } from '../../src/crypto/pbe/jceks-key-protector.js';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const ascii = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const salt = bytes('0102030405060708');

// Values of `openssl kdf PKCS12KDF`.
describe('PKCS#12 key derivation', () => {
  const password = bytes('00730074006f0072006500700061007300730000');

  it.each([
    ['sha1', 1, 24, 'e0c2495266bc3473d8d8139ab8b24f257be80637006c6fca'],
    ['sha1', 2, 8, 'b9c5d2bee8ddb485'],
    ['sha1', 2, 16, 'b9c5d2bee8ddb485c0348c1abd573b83'],
    ['sha1', 3, 20, '2f9e5d413575a02777ad337813f122fff9a92ed7'],
    ['sha256', 3, 32, '6c58659fbf99292065575e8eb5eb82a5774ae7a31790f034e3de7d32ee3495ec'],
  ])('%s, purpose %i, %i bytes', (hash, purpose, length, expected) => {
    expect(toHex(derivePkcs12(hash, password, salt, 1000, purpose, length))).toBe(expected);
  });

  // So long that more than one block is needed, which comes from the changed input. The last 24 bytes.
  it.each([
    ['md5', 'b876670842d5e57039f08084454b7958220168eb0e9a1380'],
    ['ripemd160', '30e8432fb744baa2e8813a3851b83c66f50ffce695700468'],
    ['sha1', '2f9e5d413575a02777ad337813f122fff9a92ed74373c0b8'],
    ['sha224', '44184847c1cffb47f476181e2d7cf2a20139397f44c56551'],
    ['sha256', '6aaa9a096bd6c63547a6dd225e7b72fe6e2ad515b2a8e76d'],
    ['sha384', '28e05ad48867772ad6c22506a25d5f3e12b2e6983577b047'],
    ['sha512', '0c2925437efd2825889d793671810fdc9b6fa6ab252bb63e'],
    ['sha512-224', 'b8130e32b7b4f9539b1f68ed6b25461ccdae81e5e74a851b'],
    ['sha512-256', '82c9b3a62db850f3db1a62ea1cb729d318b2f442295654e6'],
    ['sha3-224', 'bf24349bdd38ff2e67fef00201753996b5127f5399c0a8b4'],
    ['sha3-256', '1506bf6e89f8427db621627c779ff78b69d39ec0e96f3ceb'],
    ['sha3-384', '4669e00b0f815ff1005320f89999bc57c150413fddf1dbd9'],
    ['sha3-512', '80673ebd96632f9b2359c908a235c31c9515c3045a65dc00'],
  ])('%s, a long output', (hash, expected) => {
    const length = ['md5', 'ripemd160', 'sha1'].includes(hash) ? 24 : 72;
    expect(toHex(derivePkcs12(hash, password, salt, 1000, 3, length))).toMatch(new RegExp(`${expected}$`));
  });

  it('knows two empty passwords', () => {
    const [terminated, bare] = new Password('').forms('bmp');
    const derive = (form: Uint8Array | undefined) =>
      toHex(derivePkcs12('sha1', form ?? expect.fail(), salt, 1000, 3, 20));
    expect(derive(terminated?.bytes)).toBe('4ddc1012888bcfeffced1e2033398baae4b8b7a4');
    expect(derive(bare?.bytes)).toBe('e77685016a53621e9a2a8a0f80002e70feeb2aa9');
  });
});

describe("JCEKS key derivation, PBEWithMD5AndTripleDES as Sun's JCE has it", () => {
  const password = ascii('keypass1');

  it('runs a chain of MD5 on each half of the salt', () => {
    expect(toHex(deriveSunJce(salt.subarray(0, 4), salt.subarray(4), 20, password))).toBe(
      '70d3345ae5c4c9990bfb047c53b072c0c7c0cec8edcf4e1903592199bdd7ea88',
    );
  });

  it('has two answers to equal halves', () => {
    const equal = bytes('0102030401020304');
    const derived = firstHalves(equal).map((half) => toHex(deriveSunJce(half, equal.subarray(4), 20, password)));
    expect(derived).toEqual([
      '12b37ad155d500e00a662d862e13183b70d3345ae5c4c9990bfb047c53b072c0',
      '5e2df775909976cdbf8f749d802acd4870d3345ae5c4c9990bfb047c53b072c0',
    ]);
  });
});

describe('ciphers that OpenSSL 3 no longer has', () => {
  // RFC 2268 5.
  it.each([
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
  ])('RC2 with key %s', async (key, bits, plain, cipher) => {
    // In CBC mode the IV turns the plain block into any other: here one that ends in a single octet of padding.
    const wanted = bytes(`${plain.slice(0, 14)}01`);
    const iv = bytes(plain).map((octet, i) => octet ^ (wanted[i] ?? 0));
    expect(toHex((await decryptRc2Cbc(bytes(key), bits, iv, bytes(cipher))) ?? expect.fail())).toBe(plain.slice(0, 14));
    // As it is, neither plain block ends in padding.
    expect(await decryptRc2Cbc(bytes(key), bits, new Uint8Array(8), bytes(cipher))).toBeUndefined();
  });

  // RFC 6229 2, offset 0.
  it.each([
    ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
    ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
  ])('RC4 with key %s', (key, stream) => {
    expect(toHex(decryptRc4(bytes(key), new Uint8Array(16)))).toBe(stream);
  });

  // FIPS 81's first example: "Now is t" under 0123456789abcdef.
  it('DES', () => {
    const key = bytes('0123456789abcdef');
    const iv = bytes('1234567890abcdef');
    const encrypt = createCipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), iv);
    const cipher = Buffer.concat([encrypt.update('Now is the time for all '), encrypt.final()]);
    expect(cipher.subarray(0, 24).toString('hex')).toBe('e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6');
    expect(Buffer.from(decryptDesCbc(key, iv, cipher) ?? []).toString()).toBe('Now is the time for all ');
  });
});

describe('padding', () => {
  const padded = (...tail: number[]) => Uint8Array.from([...new Array<number>(8 - tail.length).fill(0x30), ...tail]);

  it.each([1, 2, 7, 8])('of %i octets comes off', (count) => {
    expect(removePadding(padded(...new Array<number>(count).fill(count)), 8)).toHaveLength(8 - count);
  });

  it.each([
    ['none', padded(0)],
    ['more than a block', padded(9, 9, 9, 9, 9, 9, 9, 9)],
    ['one octet of it different', padded(3, 2, 3)],
    ['nothing at all', new Uint8Array()],
  ])('is refused: %s', (_, bad) => {
    expect(removePadding(bad, 8)).toBeUndefined();
    expect(bad.every((octet) => octet === 0)).toBe(true);
  });

  it('is not looked for where the length is no multiple of the block', () => {
    expect(decryptCbc('aes-128-cbc', new Uint8Array(16), new Uint8Array(16), new Uint8Array(15))).toBeUndefined();
    expect(decryptCbc('aes-128-cbc', new Uint8Array(16), new Uint8Array(16), new Uint8Array())).toBeUndefined();
  });
});
