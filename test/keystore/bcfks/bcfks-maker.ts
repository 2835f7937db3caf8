import { createCipheriv, createHmac, pbkdf2Sync, scryptSync } from 'node:crypto';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { bouncyCastlePassword } from '../../../src/crypto/kdf/password-bytes.js';

/** Writes BCFKS as BcFKSKeyStoreSpi does, with few iterations, and as it never would. */

export const oids = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
  hmacSha512: '1.2.840.113549.2.11',
  hmacSha3: '2.16.840.1.101.3.4.2.16',
  ccm: '2.16.840.1.101.3.4.1.47',
  wrapPad: '2.16.840.1.101.3.4.1.48',
  aes: '2.16.840.1.101.3.4.1',
} as const;

const salt = Uint8Array.from({ length: 64 }, (_, i) => i);
const nonce = Uint8Array.from({ length: 12 }, (_, i) => 0x30 + i);

export interface Style {
  readonly cipher?: 'ccm' | 'kwp';
  /** Bytes of the CCM tag; `default` leaves them out of the parameters. */
  readonly tagLength?: number | 'default';
  readonly prf?: 'sha512' | 'sha3-512';
  /** Instead of PBKDF2. `p` is what the file says, `effective` what is used. */
  readonly scrypt?: { N: number; r: number; p: number; effective: number };
  readonly iterations?: number;
  /** What the parameters say; `default` leaves it out. */
  readonly keyLength?: number | 'default';
}

export interface MadeObject {
  readonly type: number;
  readonly alias: string;
  readonly data: Uint8Array;
  readonly created?: string;
  readonly modified?: string;
}

export interface MadeBcfks extends Style {
  readonly objects: readonly Uint8Array[];
  readonly storePass?: string;
  /** Password of the encryption, if it is not that of the MAC. */
  readonly dataPass?: string;
  readonly clear?: boolean;
  readonly version?: number;
  readonly mac?: 'sha512' | 'sha3-512';
  readonly innerMac?: string;
  /** DER that stands where the MAC would. */
  readonly integrity?: Uint8Array;
  readonly trailing?: Uint8Array;
}

export function makeBcfks(made: MadeBcfks): Uint8Array {
  const { storePass = 'changeit', objects, clear, version = 1, mac = 'sha512', trailing = new Uint8Array() } = made;
  const macOid = mac === 'sha512' ? oids.hmacSha512 : oids.hmacSha3;
  const data = encodeSequence(
    encodeInteger(version),
    algorithm(made.innerMac ?? macOid),
    time('20200102030405Z'),
    time('20200102030405Z'),
    encodeSequence(...objects),
  );
  const covered = clear ? data : encryptedPair(data, made.dataPass ?? storePass, 'STORE_ENCRYPTION', made);
  const derivation = deriver(storePass, 'INTEGRITY_CHECK', 64, made);
  const value = createHmac(mac, derivation.key).update(covered).digest();
  const check = encodeSequence(algorithm(macOid), derivation.encoded, encodeOctetString(value));
  return concat(encodeSequence(covered, made.integrity ?? check), trailing);
}

export function makeObject({
  type,
  alias,
  data,
  created = '20200102030405Z',
  modified = created,
}: MadeObject): Uint8Array {
  return encodeSequence(
    encodeInteger(type),
    encodeElement(0x0c, Buffer.from(alias, 'utf8')),
    time(created),
    time(modified),
    encodeOctetString(data),
  );
}

export function certificateObject(alias: string, der: Uint8Array): Uint8Array {
  return makeObject({ type: 0, alias, data: der });
}

export function privateKeyObject(
  alias: string,
  pkcs8: Uint8Array,
  chain: readonly Uint8Array[],
  password: string,
  style: Style = {},
): Uint8Array {
  const data = encodeSequence(
    encryptedPair(pkcs8, password, 'PRIVATE_KEY_ENCRYPTION', style),
    encodeSequence(...chain),
  );
  return makeObject({ type: 1, alias, data });
}

export function secretKeyObject(alias: string, key: Uint8Array, password: string, oid: string = oids.aes): Uint8Array {
  return makeObject({ type: 2, alias, data: secretKeyData(key, password, oid) });
}

/** EncryptedSecretKeyData around SecretKeyData. */
export function secretKeyData(key: Uint8Array, password: string, oid: string = oids.aes): Uint8Array {
  const plain = encodeSequence(encodeObjectIdentifier(oid), encodeOctetString(key));
  return encryptedPair(plain, password, 'SECRET_KEY_ENCRYPTION', {});
}

/** SEQUENCE { AlgorithmIdentifier, OCTET STRING }, which is what all of the format's encrypted structures are. */
export function encryptedPair(plain: Uint8Array, password: string, purpose: string, style: Style): Uint8Array {
  const { cipher = 'ccm', tagLength = 8 } = style;
  const { key, encoded } = deriver(password, purpose, 32, style);
  const tag = tagLength === 'default' ? 12 : tagLength;
  const scheme =
    cipher === 'kwp'
      ? algorithm(oids.wrapPad)
      : algorithm(
          oids.ccm,
          encodeSequence(encodeOctetString(nonce), ...(tagLength === 'default' ? [] : [encodeInteger(tag)])),
        );
  const pbes2 = algorithm(oids.pbes2, encodeSequence(encoded, scheme));
  return encodeSequence(pbes2, encodeOctetString(cipher === 'kwp' ? wrap(key, plain) : seal(key, plain, tag)));
}

function deriver(
  password: string,
  purpose: string,
  length: number,
  style: Style,
): { key: Uint8Array; encoded: Uint8Array } {
  const { prf = 'sha512', scrypt, iterations = 3, keyLength = length } = style;
  const secret = concat(bouncyCastlePassword(password), bouncyCastlePassword(purpose));
  if (scrypt) {
    const { N, r, p, effective } = scrypt;
    const numbers = [N, r, p, ...(keyLength === 'default' ? [] : [keyLength])].map(encodeInteger);
    const encoded = algorithm(oids.scrypt, encodeSequence(encodeOctetString(salt), ...numbers));
    // What no reader gets to is not worked out either.
    return {
      key:
        N * r > 2 ** 16 || N % 2 === 1
          ? new Uint8Array(length)
          : scryptSync(secret, salt, length, { N, r, p: effective }),
      encoded,
    };
  }
  const encoded = algorithm(
    oids.pbkdf2,
    encodeSequence(
      encodeOctetString(salt),
      encodeInteger(iterations),
      ...(keyLength === 'default' ? [] : [encodeInteger(keyLength)]),
      algorithm(prf === 'sha512' ? oids.hmacSha512 : oids.hmacSha3, Uint8Array.of(5, 0)),
    ),
  );
  return { key: pbkdf2Sync(secret, salt, Math.min(iterations, 1000), length, prf), encoded };
}

function seal(key: Uint8Array, plain: Uint8Array, tagLength: number): Uint8Array {
  const cipher = createCipheriv('aes-256-ccm', key, nonce, { authTagLength: tagLength });
  const sealed = cipher.update(plain);
  cipher.final();
  return concat(sealed, cipher.getAuthTag());
}

function wrap(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('id-aes256-wrap-pad', key, Buffer.from('a65959a6', 'hex'));
  return concat(cipher.update(plain), cipher.final());
}

export function algorithm(oid: string, ...parameters: readonly Uint8Array[]): Uint8Array {
  return encodeSequence(encodeObjectIdentifier(oid), ...parameters);
}

export function time(text: string): Uint8Array {
  return encodeElement(0x18, Buffer.from(text, 'latin1'));
}
