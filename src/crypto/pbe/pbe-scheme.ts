import type { DerivationWork } from '../kdf/iteration-budget.js';
import type { PasswordEncoding } from '../kdf/password-variants.js';

/** A password-based encryption, with its parameters. */
export interface PbeScheme {
  readonly encoding: PasswordEncoding;
  /** Cost of one decryption. */
  readonly work: DerivationWork;
  /**
   * Decrypts with an encoded password.
   * @param password the password in the scheme's encoding
   * @returns undefined if the padding or the tag is invalid; if the scheme has only padding, a wrong password can give random bytes
   */
  decrypt(password: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | undefined>;
}
