import { createCipheriv } from 'node:crypto';
import { encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { deriveSunJce } from '../../../src/crypto/pbe/jceks-key-protector.js';

/** Writes Java object streams, byte by byte, as ObjectOutputStream does. */

const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return concat(u16(bytes.length), bytes);
};
const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const u32 = (value: number) => concat(u16(value >>> 16), u16(value & 0xffff));
const op = (...codes: number[]) => Uint8Array.from(codes);

export interface Field {
  readonly name: string;
  /** `[B`, `Ljava/lang/String;`, or a letter for a primitive. */
  readonly type: string;
  readonly value: Uint8Array;
}

export const javaString = (value: string) => concat(op(0x74), text(value));
export const javaNull = op(0x70);
export const byteArray = (bytes: Uint8Array) =>
  concat(op(0x75), classDescription('[B', [], javaNull), u32(bytes.length), bytes);

export function classDescription(
  name: string,
  fields: readonly Field[],
  superclass: Uint8Array,
  flags = 2,
  annotations: Uint8Array = op(0x78),
) {
  const described = fields.map(({ name: field, type }) =>
    concat(op(type.charCodeAt(0)), text(field), type.length > 1 ? javaString(type) : new Uint8Array()),
  );
  return concat(
    op(0x72),
    text(name),
    new Uint8Array(8),
    op(flags),
    u16(fields.length),
    ...described,
    annotations,
    superclass,
  );
}

/** An object whose class has the fields, and a subclass that adds none if `subclass` is given. */
export function javaObject(className: string, fields: readonly Field[], subclass?: string): Uint8Array {
  const description = classDescription(className, fields, javaNull);
  const full = subclass === undefined ? description : classDescription(subclass, [], description);
  return concat(op(0x73), full, ...fields.map(({ value }) => value));
}

export const stream = (...content: Uint8Array[]) => concat(op(0xac, 0xed, 0, 5), ...content);

export const secretKeySpec = (algorithm: string, key: Uint8Array) =>
  stream(
    javaObject('javax.crypto.spec.SecretKeySpec', [
      { name: 'algorithm', type: 'Ljava/lang/String;', value: javaString(algorithm) },
      { name: 'key', type: '[B', value: byteArray(key) },
    ]),
  );

export interface Sealing {
  readonly password: string;
  readonly salt?: Uint8Array;
  /** The half of the salt that is hashed, where it is not the first of it. */
  readonly firstHalf?: Uint8Array;
  readonly className?: string;
  readonly subclass?: string;
  readonly algorithm?: string;
  readonly statedIterations?: number;
}

/** A SealedObject around a stream. */
export function sealed(content: Uint8Array, sealing: Sealing): Uint8Array {
  const {
    className = 'javax.crypto.SealedObject',
    algorithm = 'PBEWithMD5AndTripleDES',
    statedIterations = 20,
  } = sealing;
  const { parameters, encrypted } = protect(content, sealing, statedIterations);
  const fields = [
    { name: 'encodedParams', type: '[B', value: byteArray(parameters) },
    { name: 'encryptedContent', type: '[B', value: byteArray(encrypted) },
    { name: 'paramsAlg', type: 'Ljava/lang/String;', value: javaString(algorithm) },
    { name: 'sealAlg', type: 'Ljava/lang/String;', value: javaString(algorithm) },
  ];
  return stream(javaObject(className, fields, sealing.subclass));
}

/** Sun's own encryption, with twenty rounds, and the parameters that say so. */
export function protect(content: Uint8Array, sealing: Sealing, statedIterations = 20) {
  const { salt = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), password } = sealing;
  const firstHalf = sealing.firstHalf ?? salt.slice(0, 4);
  const derived = deriveSunJce(firstHalf, salt.subarray(4), 20, new TextEncoder().encode(password));
  const cipher = createCipheriv('des-ede3-cbc', derived.subarray(0, 24), derived.subarray(24));
  return {
    parameters: encodeSequence(encodeOctetString(salt), encodeInteger(statedIterations)),
    encrypted: concat(cipher.update(content), cipher.final()),
  };
}
