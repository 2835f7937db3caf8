import type { DerivationWork } from '../kdf/iteration-budget.js';
import type { Pkcs12Companions } from '../kdf/pkcs12-companions.js';

/**
 * How a scheme takes its password: as a BMPString with two zero octets after it (RFC 7292 B.1),
 * as UTF-8 (RFC 8018), or as Java's JCEKS does: UTF-8, and nothing else was ever written.
 */
export type PasswordEncoding = 'bmp' | 'utf8' | 'jce';

/** A password-based encryption, its parameters read and found to be of the right form. Nothing is derived yet. */
export interface PbeScheme {
  readonly encoding: PasswordEncoding;
  /** What one decryption costs. */
  readonly work: DerivationWork;
  /**
   * @param password in the scheme's encoding
   * @param begun where its derivations may have been begun
   * @returns undefined if the padding or the tag is not right; what is returned may still be noise
   */
  decrypt(password: Uint8Array, ciphertext: Uint8Array, begun?: Pkcs12Companions): Promise<Uint8Array | undefined>;
  /** Says which derivations {@link decrypt} will need, if they are of a kind that goes along with others. */
  announce?(companions: Pkcs12Companions): void;
}
