import type { ByteReader } from '../../bytes/byte-reader.js';

/** A key in the clear, as BcKeyStoreSpi.encodeKey writes it. */
export interface BksKey {
  readonly kind: 'private' | 'public' | 'secret';
  /** Java's name. */
  readonly algorithm: string;
  /** PrivateKeyInfo, SubjectPublicKeyInfo or the raw key, by kind. */
  readonly encoded: Uint8Array;
}

/** BcKeyStoreSpi's KEY_PRIVATE, KEY_PUBLIC and KEY_SECRET, in that order from 0, and the formats it takes for each. */
const keyKinds = [
  { kind: 'private', formats: ['PKCS#8', 'PKCS8'] },
  { kind: 'public', formats: ['X.509', 'X509'] },
  { kind: 'secret', formats: ['RAW'] },
] as const;

/** Reads a key: its kind, the format and algorithm by Java's names, and its encoding, which is a view. */
export function readBksKey(reader: ByteReader): BksKey {
  const at = reader.offset;
  const number = reader.u8('key type');
  const found = keyKinds[number];
  if (found === undefined) throw reader.malformed(`key type: ${number} is no kind of key`, at);
  const format = reader.utf('key format').text;
  if (!(found.formats as readonly string[]).includes(format)) {
    throw reader.malformed(`key format: not the one of a ${found.kind} key`, at + 1);
  }
  const algorithm = reader.utf('key algorithm').text;
  return { kind: found.kind, algorithm, encoded: reader.blob('key') };
}
