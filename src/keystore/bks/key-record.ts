import type { ByteReader } from '../../bytes/byte-reader.js';

/** An unencrypted key, as BcKeyStoreSpi.encodeKey writes it. */
export interface BksKey {
  readonly kind: 'private' | 'public' | 'secret';
  /** Java's name of the algorithm. */
  readonly algorithm: string;
  /** The encoding depends on the kind. private: PrivateKeyInfo; public: SubjectPublicKeyInfo; secret: the key itself. */
  readonly encoded: Uint8Array;
}

/** Key types of BcKeyStoreSpi by number (KEY_PRIVATE 0, KEY_PUBLIC 1, KEY_SECRET 2), with the format names that it accepts for each. */
const keyKinds = [
  { kind: 'private', formats: ['PKCS#8', 'PKCS8'] },
  { kind: 'public', formats: ['X.509', 'X509'] },
  { kind: 'secret', formats: ['RAW'] },
] as const;

/** Reads a key: its kind, Java's names of format and algorithm, and its encoding as a view. */
export function readBksKey(reader: ByteReader): BksKey {
  const at = reader.offset;
  const number = reader.u8('key type');
  const found = keyKinds[number];
  if (found === undefined) throw reader.malformed(`key type: ${number} is not a key type of BKS`, at);
  const format = reader.utf('key format').text;
  if (!(found.formats as readonly string[]).includes(format)) {
    throw reader.malformed(`key format: wrong for a ${found.kind} key`, at + 1);
  }
  const algorithm = reader.utf('key algorithm').text;
  return { kind: found.kind, algorithm, encoded: reader.blob('key') };
}
