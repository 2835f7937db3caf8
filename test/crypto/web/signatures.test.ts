import { createHash, generateKeyPairSync, hash as hashOf } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeSequence } from '../../../src/asn1/encode.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { modularInverse, modularPower } from '../../../src/crypto/key/modular-arithmetic.js';
import { verifyDsa } from '../../../src/crypto/web/dsa.js';
import { toNumber, toOctets } from '../../../src/crypto/web/octets.js';
import { verifyPkcs1, verifyPss } from '../../../src/crypto/web/rsa.js';
import { makeRsa } from '../key/key-maker.js';

const data = new TextEncoder().encode('tbsCertificate');
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

test('octets and numbers', () => {
  expect([toNumber(new Uint8Array()), toNumber(Uint8Array.of(1, 0))]).toEqual([0n, 256n]);
  expect(toHex(toOctets(256n, 3))).toBe('000100');
  expect(() => toOctets(256n, 1)).toThrow(new RangeError('the number does not fit into 1 octets'));
});

// RFC 8017 8.2.2 and 9.2.
describe('RSASSA-PKCS1-v1_5', () => {
  const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  interface Changes {
    readonly padding?: Uint8Array;
    readonly start?: Uint8Array;
    readonly info?: Uint8Array;
  }

  /** A signature whose encoded message may be wrong. */
  function sign({ numbers: [n = 0n, , d = 0n] }: ReturnType<typeof makeRsa>, changes: Changes = {}) {
    const length = Math.ceil(n.toString(2).length / 8);
    const { start = Uint8Array.of(0, 1), info = prefix } = changes;
    const { padding = new Uint8Array(length - info.length - 35).fill(0xff) } = changes;
    const message = Buffer.concat([start, padding, Uint8Array.of(0), info, sha256(data)]);
    return toOctets(modularPower(toNumber(message), d, n), length);
  }

  // 62 octets leave room for eight octets of padding, the fewest that are allowed.
  const rsa = makeRsa(490);
  const [modulus = 0n, publicExponent = 0n] = rsa.numbers;
  const key = { modulus, publicExponent };
  const eight = (octet: number, at: number) => new Uint8Array(8).fill(0xff).fill(octet, at, at + 1);

  test('is valid with eight octets of padding, and not with seven', () => {
    expect(verifyPkcs1(key, 'sha256', data, sign(rsa))).toBe(true);
    const shorter = makeRsa(488);
    const [n = 0n, e = 0n] = shorter.numbers;
    expect(verifyPkcs1({ modulus: n, publicExponent: e }, 'sha256', data, sign(shorter))).toBe(false);
  });

  test.each<[string, Uint8Array]>([
    ['another block type', sign(rsa, { start: Uint8Array.of(0, 2) })],
    ['a first octet that is not 0', sign(rsa, { start: Uint8Array.of(1, 1) })],
    ['another first octet of the padding', sign(rsa, { padding: eight(0xfe, 0) })],
    ['another last octet of the padding', sign(rsa, { padding: eight(0xfe, 7) })],
    ['a zero in the padding', sign(rsa, { padding: eight(0, 4) })],
    ['another hash in DigestInfo', sign(rsa, { info: Buffer.from(prefix).fill(2, 14, 15) })],
    // RFC 8017 A.2.4 allows that for signers of old, but the message is built, not parsed.
    ['no NULL in DigestInfo', sign(rsa, { info: Buffer.from('302f300b0609608648016503040201', 'hex') })],
    ['a number beyond the modulus', toOctets(toNumber(sign(rsa)) + modulus, 62)],
    ['an octet more', Buffer.concat([Uint8Array.of(0), sign(rsa)])],
    ['an octet less', sign(rsa).subarray(1)],
    ['nothing', new Uint8Array()],
  ])('is not valid with %s', (_, signature) => expect(verifyPkcs1(key, 'sha256', data, signature)).toBe(false));

  test('with an unknown hash cannot be verified', () => {
    expect(() => verifyPkcs1(key, 'whirlpool', data, sign(rsa))).toThrow(new Error('no hash whirlpool'));
  });
});

// RFC 8017 8.1.2 and 9.1.2.
describe.each([1017, 1018, 1023, 1024, 1025])('RSASSA-PSS with a modulus of %i bits', (modulusLength) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const jwk = privateKey.export({ format: 'jwk' });
  const number = (text: string | undefined) => toNumber(Buffer.from(text ?? '', 'base64url'));
  const [n, d] = [number(jwk.n), number(jwk.d)];
  const key = { modulus: n, publicExponent: number(jwk.e) };
  const bits = modulusLength - 1;
  const length = Math.ceil(bits / 8);
  const total = Math.ceil(modulusLength / 8);

  interface Changes {
    /** Changes the block before it is masked. */
    readonly block?: (block: Uint8Array) => void;
    /** Changes the encoded message, with the octet before it if there is one. */
    readonly message?: (message: Uint8Array) => void;
    readonly saltLength?: number;
  }

  function sign({ block = () => {}, message = () => {}, saltLength = 32 }: Changes = {}): Uint8Array {
    for (let attempt = 0; ; attempt++) {
      const salt = new Uint8Array(saltLength).fill(attempt);
      const seed = sha256(new Uint8Array(8), sha256(data), salt);
      const masked = new Uint8Array(length - 33);
      masked[masked.length - saltLength - 1] = 1;
      masked.set(salt, masked.length - saltLength);
      block(masked);
      for (let at = 0; at < masked.length; at++) {
        const mask = sha256(seed, Uint8Array.of(0, 0, 0, Math.floor(at / 32)));
        masked[at] = (masked[at] as number) ^ mask.readUInt8(at % 32);
      }
      masked[0] = (masked[0] as number) & (0xff >> (8 * length - bits));
      const encoded = Buffer.concat([new Uint8Array(total - length), masked, seed, Uint8Array.of(0xbc)]);
      message(encoded);
      // With another salt the number is another, and perhaps small enough.
      if (toNumber(encoded) < n) return toOctets(modularPower(toNumber(encoded), d, n), total);
      if (attempt === 255) throw new Error('no such signature');
    }
  }
  const verify = (signature: Uint8Array, saltLength = 32) => verifyPss(key, 'sha256', saltLength, data, signature);

  test('is valid', () => {
    expect(verify(sign())).toBe(true);
    expect(verify(sign({ saltLength: 0 }), 0)).toBe(true);
  });

  test('is valid with the longest salt that there is room for, and not with a longer one', () => {
    const longest = length - 34;
    expect(verify(sign({ saltLength: longest }), longest)).toBe(true);
    expect(verify(sign({ saltLength: longest }), longest + 1)).toBe(false);
  });

  const first = total - length;
  test.each<[string, Changes]>([
    ['another last octet', { message: (encoded) => encoded.fill(0xbb, encoded.length - 1) }],
    ['another separator', { block: (block) => block.fill(2, block.length - 33, block.length - 32) }],
    ['no separator', { block: (block) => block.fill(0, block.length - 33, block.length - 32) }],
    ['an octet before the separator', { block: (block) => block.fill(1, block.length - 34, block.length - 33) }],
    ['an octet at the start of the padding', { block: (block) => block.fill(1, 0, 1) }],
    ['a second octet of the padding', { block: (block) => block.fill(1, 1, 2) }],
    ['another salt than was hashed', { block: (block) => block.fill(0x77, block.length - 1) }],
    ...(8 * length > bits
      ? [
          [
            'a bit that must not be set',
            {
              message: (encoded: Uint8Array) =>
                encoded.fill((encoded[first] ?? 0) | (1 << (bits % 8)), first, first + 1),
            },
          ] as [string, Changes],
        ]
      : []),
    ...(total > length
      ? [
          ['an octet before it that is not 0', { message: (encoded: Uint8Array) => encoded.fill(1, 0, 1) }] as [
            string,
            Changes,
          ],
        ]
      : []),
  ])('is not valid with %s', (_, changes) => expect(verify(sign(changes))).toBe(false));

  test('is not valid with another length of the salt, or of the signature', () => {
    for (const saltLength of [31, 33]) expect(verify(sign(), saltLength)).toBe(false);
    const signature = sign();
    expect(verify(signature.subarray(1))).toBe(false);
    expect(verify(Buffer.concat([Uint8Array.of(0), signature]))).toBe(false);
    const beyond = toNumber(signature) + n;
    if (beyond < 1n << BigInt(8 * total)) expect(verify(toOctets(beyond, total))).toBe(false);
  });
});

// FIPS 186-4 4.7.
describe('DSA', () => {
  // 7 has the order 7 modulo 29, and 7 mod 7 = 0.
  const field = { p: 29n, q: 7n, g: 7n };
  const [x, y] = [3n, 24n];
  const content = Array.from({ length: 100 }, (_, i) => Uint8Array.of(i)).find(
    (bytes) => (sha256(bytes).readUInt8() >> 5) % 7 !== 0,
  ) as Uint8Array;
  const z = BigInt(sha256(content).readUInt8() >> 5);
  const encode = (...numbers: bigint[]) =>
    encodeSequence(
      ...numbers.map((each) =>
        each < 0n ? encodeElement(2, Uint8Array.of(Number(256n + each))) : encodeInteger(each),
      ),
    );
  const inverse = (value: bigint) => modularInverse(value, field.q) ?? expect.fail();
  const [r, s] = [1n, 2n, 3n, 4n, 5n, 6n]
    .map((k) => {
      const first = modularPower(field.g, k, field.p) % field.q;
      return [first, (inverse(k) * (z + x * first)) % field.q] as const;
    })
    .find((pair) => pair.every((each) => each > 0n)) as readonly [bigint, bigint];
  const verify = (...numbers: bigint[]) => verifyDsa(field, y, 'sha256', content, encode(...numbers));

  test('is valid with numbers below q only', () => {
    expect(verify(r, s)).toBe(true);
    for (const numbers of [[r, s + 7n], [r, s - 7n], [r + 7n, s], [r - 7n, s], [r, 7n - s], [r], []])
      expect(verify(...numbers), String(numbers)).toBe(false);
  });

  test('is not valid with r = 0, even if the equation holds, or with s = 0', () => {
    // v = g^(z / s) mod p mod q = 7 mod 7.
    expect(verify(0n, z)).toBe(false);
    expect(verify(r, 0n)).toBe(false);
  });

  test('is not valid with parameters that are not those of a key', () => {
    const { p, g } = field;
    expect(verifyDsa({ p, g }, y, 'sha256', content, encode(r, s))).toBe(false);
    // 5 has no inverse modulo 15.
    expect(verifyDsa({ p: 31n, q: 15n, g: 2n }, 4n, 'sha256', content, encode(1n, 5n))).toBe(false);
    expect(() => verifyDsa(field, y, 'sha256', content, encodeInteger(1))).toThrow('signature: Dss-Sig-Value expected');
    const pair = encodeSequence(encodeInteger(1), encodeElement(5));
    expect(() => verifyDsa(field, y, 'sha256', content, pair)).toThrow('signature: number expected');
  });

  // 2 has the order 11 modulo 23, and 2^3 = 8.
  test('is valid with all numbers that a signer can compute, also with 1', () => {
    const [group, privateNumber, publicNumber] = [{ p: 23n, q: 11n, g: 2n }, 3n, 8n];
    const found = new Set<string>();
    for (let octet = 0; octet < 20; octet++)
      for (let k = 1n; k < 11n; k++) {
        const text = Uint8Array.of(octet);
        const first = modularPower(2n, k, 23n) % 11n;
        const hash = BigInt(sha256(text).readUInt8() >> 4);
        const second = ((modularInverse(k, 11n) ?? 0n) * (hash + privateNumber * first)) % 11n;
        if (first === 0n || second === 0n) continue;
        if (first === 1n) found.add('r');
        if (second === 1n) found.add('s');
        const isValid = (...numbers: bigint[]) => verifyDsa(group, publicNumber, 'sha256', text, encode(...numbers));
        expect([isValid(first, second), isValid(first), isValid()]).toEqual([true, false, false]);
      }
    expect([...found].sort()).toEqual(['r', 's']);
  });

  test('takes a hash that is shorter than q as it is', () => {
    // 2^521 - 1 is prime, and so is this multiple of it plus 1.
    const [q, multiple] = [2n ** 521n - 1n, 336n];
    const p = multiple * q + 1n;
    const g = modularPower(3n, multiple, p);
    const [privateNumber, k] = [12_345n, 67_890n];
    const first = modularPower(g, k, p) % q;
    const hash = BigInt(`0x${hashOf('sha1', content)}`);
    const second = ((modularInverse(k, q) ?? 0n) * (hash + privateNumber * first)) % q;
    const publicNumber = modularPower(g, privateNumber, p);
    expect(verifyDsa({ p, q, g }, publicNumber, 'sha1', content, encode(first, second))).toBe(true);
    expect(verifyDsa({ p, q, g }, publicNumber, 'sha1', content, encode(first, second + 1n))).toBe(false);
  });
});
