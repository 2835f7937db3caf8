import { concat } from '../bytes/concat.js';
import { bytesFromLatin1 } from '../bytes/encoding.js';
import { type AeadCipher, decryptAead, hmac } from './platform.js';

/**
 * The TLS 1.3 cipher suites (RFC 8446 B.4), except the two with CCM, which OpenSSL does not enable by default: cipher, key length in bytes,
 * and hash.
 */
const suites: Readonly<Record<string, { cipher: AeadCipher; keyLength: number; hash: string }>> = {
  TLS_AES_128_GCM_SHA256: { cipher: 'aes-128-gcm', keyLength: 16, hash: 'sha256' },
  TLS_AES_256_GCM_SHA384: { cipher: 'aes-256-gcm', keyLength: 32, hash: 'sha384' },
  TLS_CHACHA20_POLY1305_SHA256: { cipher: 'chacha20-poly1305', keyLength: 32, hash: 'sha256' },
};

/** Length of the nonce in bytes: N_MIN of each of these ciphers (RFC 8446 5.3; RFC 5116 5, RFC 8439 2.8). */
const nonceLength = 12;
/** Length of the authentication tag of each of these ciphers in bytes (RFC 5116 5, RFC 8439 2.8). */
const tagLength = 16;

/** Decrypts the records that one side sends with one traffic secret, in their order (RFC 8446 5.2, 7.3). */
export class TrafficReader {
  #sequence = 0n;

  private constructor(
    private readonly cipher: AeadCipher,
    private readonly key: Uint8Array,
    private readonly iv: Uint8Array,
  ) {}

  /**
   * Creates a reader.
   * @returns undefined if the suite is not one of those in {@link suites}
   */
  static of(suite: string, secret: Uint8Array): TrafficReader | undefined {
    const found = suites[suite];
    if (found === undefined) return undefined;
    const { cipher, keyLength, hash } = found;
    return new TrafficReader(
      cipher,
      expandLabel(hash, secret, 'key', keyLength),
      expandLabel(hash, secret, 'iv', nonceLength),
    );
  }

  /**
   * Decrypts the next record.
   * @param header the five octets before the record, which are authenticated together with it
   * @returns content type and content; undefined if the record cannot be decrypted, usually because it was encrypted with another secret
   */
  open(header: Uint8Array, record: Uint8Array): { type: number; content: Uint8Array } | undefined {
    if (record.length < tagLength) return undefined;
    const nonce = Uint8Array.from(this.iv);
    const counter = new DataView(nonce.buffer, nonceLength - 8);
    counter.setBigUint64(0, counter.getBigUint64(0) ^ this.#sequence);
    const plain = decryptAead(this.cipher, this.key, nonce, tagLength, record, header);
    if (plain === undefined) return undefined;
    this.#sequence++;
    // RFC 8446 5.4: the content type is the last octet that is not zero. Zeros after it are padding.
    let at = plain.length - 1;
    while (at >= 0 && plain[at] === 0) at--;
    return at < 0 ? undefined : { type: plain[at] as number, content: plain.subarray(0, at) };
  }
}

/** Computes HKDF-Expand-Label (RFC 8446 7.1) with an empty context. */
function expandLabel(hash: string, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = bytesFromLatin1(`tls13 ${label}`);
  const info = concat(Uint8Array.of(length >> 8, length & 0xff, name.length), name, Uint8Array.of(0));
  return hkdfExpand(hash, secret, info, length);
}

/** Computes HKDF-Expand (RFC 5869 2.3) for at most one block, which is enough for all keys and nonces. */
function hkdfExpand(hash: string, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hmac(hash, secret, concat(info, Uint8Array.of(1))).subarray(0, length);
}
