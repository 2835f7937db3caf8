import type { DerivationWork } from '../kdf/iteration-budget.js';
import type { PasswordEncoding } from '../kdf/password.js';

/** A password-based encryption with its parameters. */
export interface PbeScheme {
  readonly encoding: PasswordEncoding;
  /** The cost of one decryption. */
  readonly work: DerivationWork;
  /**
   * @param password in the scheme's encoding
   * @returns undefined if padding or tag are invalid; with padding alone, a wrong password can give noise
   */
  decrypt(password: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | undefined>;
}
