import { createCipheriv, createHmac, generateKeyPairSync, hkdfSync, pbkdf2Sync } from 'node:crypto';
import {
  encodeElement,
  encodeInteger,
  encodeOctetString as octets,
  encodeObjectIdentifier as oid,
  encodeSequence as sequence,
} from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { encodeUtf16 } from '../../../src/bytes/utf16.js';
import { derivePkcs12 } from '../../../src/crypto/kdf/pkcs12-kdf.js';

/** Writes PKCS#12 in ways that no tool of this machine does. */

export const Bag = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  revocationList: '1.2.840.113549.1.12.10.1.4',
  secret: '1.2.840.113549.1.12.10.1.5',
  safeContents: '1.2.840.113549.1.12.10.1.6',
} as const;

export interface Attributes {
  readonly name?: string;
  readonly id?: Uint8Array;
  readonly trusted?: boolean;
  /** Attributes already encoded. */
  readonly more?: readonly Uint8Array[];
}

/** A password-based encryption: its AlgorithmIdentifier, and what it does. */
export interface Encryption {
  readonly algorithm: Uint8Array;
  encrypt(plain: Uint8Array): Uint8Array;
}

export const salt = Uint8Array.from({ length: 8 }, (_, i) => i + 1);
const zero = (length: number) => new Uint8Array(length);
const explicit = (...content: Uint8Array[]) => encodeElement(0xa0, ...content);
const set = (...content: Uint8Array[]) => encodeElement(0x31, ...content);
export const bmp = (text: string) => concat(encodeUtf16(text), zero(2));
export const utf8 = (text: string) => new TextEncoder().encode(text);
/** Each byte as a character of its own, which is what a program does that does not know of UTF-8. */
export const widened = (bytes: Uint8Array) => bmp(Buffer.from(bytes).toString('latin1'));

function attributes({ name, id, trusted, more = [] }: Attributes): Uint8Array {
  const one = (type: string, value: Uint8Array) => sequence(oid(type), set(value));
  const all = [
    ...(name === undefined ? [] : [one('1.2.840.113549.1.9.20', encodeElement(0x1e, encodeUtf16(name)))]),
    ...(id === undefined ? [] : [one('1.2.840.113549.1.9.21', octets(id))]),
    ...(trusted ? [one('2.16.840.1.113894.746875.1.1', oid('2.5.29.37.0'))] : []),
    ...more,
  ];
  return all.length === 0 ? new Uint8Array() : set(...all);
}

export function bag(type: string, value: Uint8Array, given: Attributes = {}): Uint8Array {
  return sequence(oid(type), explicit(value), attributes(given));
}

export function certificateBag(der: Uint8Array, given: Attributes = {}, type = '1.2.840.113549.1.9.22.1'): Uint8Array {
  return bag(Bag.certificate, sequence(oid(type), explicit(octets(der))), given);
}

export function keyBag(pkcs8: Uint8Array, encryption: Encryption | undefined, given: Attributes = {}): Uint8Array {
  if (encryption === undefined) return bag(Bag.key, pkcs8, given);
  return bag(Bag.shroudedKey, sequence(encryption.algorithm, octets(encryption.encrypt(pkcs8))), given);
}

export function secretBag(type: string, value: Uint8Array, given: Attributes = {}): Uint8Array {
  return bag(Bag.secret, sequence(oid(type), explicit(value)), given);
}

/** A part in the clear. */
export function plainPart(...bags: Uint8Array[]): Uint8Array {
  return contentInfo('1.2.840.113549.1.7.1', octets(sequence(...bags)));
}

export function encryptedPart(encryption: Encryption, ...bags: Uint8Array[]): Uint8Array {
  const encrypted = encodeElement(0x80, encryption.encrypt(sequence(...bags)));
  const info = sequence(oid('1.2.840.113549.1.7.1'), encryption.algorithm, encrypted);
  return contentInfo('1.2.840.113549.1.7.6', sequence(encodeInteger(0), info));
}

export function contentInfo(type: string, content: Uint8Array): Uint8Array {
  return sequence(oid(type), explicit(content));
}

export interface Mac {
  /** Of the digest; unknown ones get a MAC of nothing. */
  readonly oid?: string;
  readonly hash?: string;
  readonly password?: Uint8Array;
  readonly iterations?: number;
  readonly statedIterations?: number | undefined;
  /** Bytes of it that are stored; all, if left out. */
  readonly kept?: number;
}

/** A whole file. `mac` left out: SHA-256 under the password `changeit`; null: none. */
export function pfx(parts: readonly Uint8Array[], mac: Mac | null = {}): Uint8Array {
  const safe = sequence(...parts);
  const content = contentInfo('1.2.840.113549.1.7.1', octets(safe));
  return sequence(encodeInteger(3), content, ...(mac === null ? [] : [macData(safe, mac)]));
}

function macData(safe: Uint8Array, mac: Mac): Uint8Array {
  const { hash = 'sha256', password = bmp('changeit'), iterations = 1 } = mac;
  const length = createHmac(hash, '').digest().length;
  const key = derivePkcs12(hash, password, salt, iterations, 3, length);
  const value = createHmac(hash, key).update(safe).digest();
  const stated = 'statedIterations' in mac ? mac.statedIterations : iterations;
  return sequence(
    sequence(sequence(oid(mac.oid ?? '2.16.840.1.101.3.4.2.1')), octets(value.subarray(0, mac.kept))),
    octets(salt),
    ...(stated === undefined ? [] : [encodeInteger(stated)]),
  );
}

/** PBMAC1 (RFC 9879): SHA-256 throughout. */
export function pfxWithPbmac1(
  parts: readonly Uint8Array[],
  password: Uint8Array,
  keyLength: number | undefined,
): Uint8Array {
  const safe = sequence(...parts);
  // OpenSSL 3.4 and later derive no key of 0 bytes. The MAC of such a file does not matter, because the key length is refused.
  const key = pbkdf2Sync(password, salt, 10, keyLength || 32, 'sha256');
  const hmac = sequence(oid('1.2.840.113549.2.9'));
  const length = keyLength === undefined ? [] : [encodeInteger(keyLength)];
  const kdf = sequence(oid('1.2.840.113549.1.5.12'), sequence(octets(salt), encodeInteger(10), ...length, hmac));
  const algorithm = sequence(oid('1.2.840.113549.1.5.14'), sequence(kdf, hmac));
  const value = createHmac('sha256', key).update(safe).digest();
  const data = sequence(sequence(algorithm, octets(value)), octets(utf8('NOT USED')), encodeInteger(1));
  return sequence(encodeInteger(3), contentInfo('1.2.840.113549.1.7.1', octets(safe)), data);
}

/** AES-256-CBC under PBKDF2 with SHA-256, as Java and OpenSSL write. */
export function pbes2(
  password: Uint8Array,
  stated: { iterations?: number; parameters?: (real: Uint8Array) => Uint8Array } = {},
): Encryption {
  const { iterations = 1, parameters = (real) => real } = stated;
  const iv = zero(16);
  const kdf = sequence(octets(salt), encodeInteger(iterations), sequence(oid('1.2.840.113549.2.9')));
  const real = sequence(
    sequence(oid('1.2.840.113549.1.5.12'), kdf),
    sequence(oid('2.16.840.1.101.3.4.1.42'), octets(iv)),
  );
  return {
    algorithm: sequence(oid('1.2.840.113549.1.5.13'), parameters(real)),
    encrypt: (plain) => {
      // What states a count that nobody would wait for is never decrypted, so that any key will do.
      const key = iterations > 100_000 ? zero(32) : pbkdf2Sync(password, salt, iterations, 32, 'sha256');
      const cipher = createCipheriv('aes-256-cbc', key, iv);
      return concat(cipher.update(plain), cipher.final());
    },
  };
}

/** Triple DES under PKCS#12's own derivation. */
export function pkcs12Des3(password: Uint8Array): Encryption {
  return {
    algorithm: sequence(oid('1.2.840.113549.1.12.1.3'), sequence(octets(salt), encodeInteger(1))),
    encrypt: (plain) => {
      const derive = (purpose: number, length: number) => derivePkcs12('sha1', password, salt, 1, purpose, length);
      const cipher = createCipheriv('des-ede3-cbc', derive(1, 24), derive(2, 8));
      return concat(cipher.update(plain), cipher.final());
    },
  };
}

/** An algorithm that states what it likes and encrypts nothing. */
export function statedAlgorithm(type: string, ...parameters: Uint8Array[]): Encryption {
  return { algorithm: sequence(oid(type), ...parameters), encrypt: () => zero(32) };
}

/** What looks like an RSA key and certificate, with a modulus that is its number hashed: made by the thousand in no time. */
export function fakePair(number: number, names: { subject?: string; issuer?: string } = {}) {
  const modulus = new Uint8Array(hkdfSync('sha256', String(number), '', 'modulus', 128));
  modulus[0] = 0x7f;
  const integer = (bytes: Uint8Array) => encodeElement(0x02, bytes);
  const publicKey = sequence(integer(modulus), encodeInteger(65537));
  const rsa = sequence(oid('1.2.840.113549.1.1.1'), encodeElement(0x05));
  const rest = Array.from({ length: 6 }, () => encodeInteger(1));
  const privateKey = sequence(encodeInteger(0), integer(modulus), encodeInteger(65537), ...rest);
  const name = (text: string) => sequence(set(sequence(oid('2.5.4.3'), encodeElement(0x0c, utf8(text)))));
  const time = encodeElement(0x17, utf8('260101000000Z'));
  const signature = sequence(oid('1.2.840.113549.1.1.11'));
  const bits = (content: Uint8Array) => encodeElement(0x03, zero(1), content);
  const tbs = sequence(
    encodeInteger(number + 1),
    signature,
    name(names.issuer ?? `subject ${number}`),
    sequence(time, time),
    name(names.subject ?? `subject ${number}`),
    sequence(rsa, bits(publicKey)),
  );
  return {
    pkcs8: sequence(encodeInteger(0), rsa, octets(privateKey)),
    certificate: sequence(tbs, signature, bits(zero(32))),
  };
}

/** A PrivateKeyInfo of an algorithm that nobody knows. */
export function unknownKey(): Uint8Array {
  return sequence(encodeInteger(0), sequence(oid('1.2.3.4.5')), octets(utf8('not a key')));
}

export function realKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
}

/** The same in BER as Bouncy Castle writes it: lengths left open, octet strings in segments of a few bytes. */
export function toBer(der: Uint8Array, segment = 7): Uint8Array {
  const out: Uint8Array[] = [];
  for (let at = 0; at < der.length; ) {
    const tag = der[at] as number;
    let length = der[at + 1] as number;
    let start = at + 2;
    if (length > 0x80) {
      const count = length & 0x7f;
      length = Number.parseInt(Buffer.from(der.subarray(start, start + count)).toString('hex'), 16);
      start += count;
    }
    const content = der.subarray(start, start + length);
    at = start + length;
    const open = (identifier: number, ...inner: Uint8Array[]) =>
      concat(Uint8Array.of(identifier, 0x80), ...inner, zero(2));
    // What is in a certificate or a key stays as it is: it is a value of its own, inside an octet string.
    if (tag & 0x20) out.push(open(tag, toBer(content, segment)));
    else if (tag === 0x04 || tag === 0x80) out.push(open(tag | 0x20, ...segments(content, segment)));
    else out.push(encodeElement(tag, content));
  }
  return concat(...out);
}

function segments(content: Uint8Array, length: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += length) parts.push(octets(content.subarray(at, at + length)));
  return parts;
}
