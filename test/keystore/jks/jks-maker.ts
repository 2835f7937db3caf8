import { createHash } from 'node:crypto';
import { encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { encodeUtf16 } from '../../../src/bytes/utf16.js';

/** Writes JKS the way Java does, and in ways Java never would. */
export interface MadeStore {
  readonly magic?: number;
  readonly version?: number;
  /** Left out, the number of entries there are. */
  readonly count?: number;
  readonly entries: readonly Uint8Array[];
  readonly storePass?: string;
  readonly trailing?: Uint8Array;
}

export function makeJks({
  magic = 0xfeedfeed,
  version = 2,
  count,
  entries,
  storePass = 'changeit',
  trailing = new Uint8Array(),
}: MadeStore): Uint8Array {
  const content = concat(u32(magic), u32(version), u32(count ?? entries.length), ...entries);
  const digest = createHash('sha1').update(encodeUtf16(storePass)).update('Mighty Aphrodite').update(content).digest();
  return concat(content, digest, trailing);
}

export interface MadeCertificate {
  readonly type?: string;
  readonly der: Uint8Array;
}

export function trustedEntry(
  alias: string | Uint8Array,
  certificate: MadeCertificate,
  version = 2,
  date = 0n,
): Uint8Array {
  return concat(u32(2), utf(alias), i64(date), encodeCertificate(certificate, version));
}

export function keyEntry(
  alias: string,
  protectedKey: Uint8Array,
  chain: readonly MadeCertificate[],
  version = 2,
): Uint8Array {
  const certificates = chain.map((certificate) => encodeCertificate(certificate, version));
  return concat(u32(1), utf(alias), i64(0n), blob(protectedKey), u32(chain.length), ...certificates);
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function i64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
}

/** ASCII aliases only, or bytes as they are. */
function utf(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

function blob(bytes: Uint8Array): Uint8Array {
  return concat(u32(bytes.length), bytes);
}

function encodeCertificate({ type = 'X.509', der }: MadeCertificate, version: number): Uint8Array {
  return version === 1 ? blob(der) : concat(utf(type), blob(der));
}

/** What sun.security.provider.KeyProtector makes of a key; the salt is no secret, so it may be any. */
/** What KeyProtector makes of a key: salt, key under the key stream, digest. */
export function hideKey(pkcs8: Uint8Array, password: string): Uint8Array {
  const secret = encodeUtf16(password);
  const sha1 = (...parts: Uint8Array[]) =>
    createHash('sha1')
      .update(concat(...parts))
      .digest();
  const salt = new Uint8Array(20).fill(7);
  const hidden = pkcs8.slice();
  let block: Uint8Array = salt;
  for (let at = 0; at < hidden.length; at++) {
    if (at % 20 === 0) block = sha1(secret, block);
    hidden[at] = (hidden[at] as number) ^ (block[at % 20] as number);
  }
  return concat(salt, hidden, sha1(secret, pkcs8));
}

export function protectKey(pkcs8: Uint8Array, password: string): Uint8Array {
  const algorithm = encodeSequence(encodeObjectIdentifier('1.3.6.1.4.1.42.2.17.1.1'));
  return encodeSequence(algorithm, encodeOctetString(hideKey(pkcs8, password)));
}
