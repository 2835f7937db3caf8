import type { DerivationWork } from '../kdf/iteration-budget.js';
import type { PasswordEncoding } from '../kdf/password.js';

/** A password-based encryption, its parameters read and found to be of the right form. Nothing is derived yet. */
export interface PbeScheme {
  readonly encoding: PasswordEncoding;
  /** What one decryption costs. */
  readonly work: DerivationWork;
  /**
   * @param password in the scheme's encoding
   * @returns undefined if the padding or the tag is not right; what is returned may still be noise
   */
  decrypt(password: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | undefined>;
}
