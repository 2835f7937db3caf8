import type { PrivateKey } from '../../crypto/key/private-key.js';
import { KeyUnrecoverableError, PassphraseRequiredError } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';
import type { PrivateKeyEntry } from '../types.js';
import { quoted } from './messages.js';

/** What a reader knows of a key it has not decrypted. */
export interface ProtectedKey {
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  readonly storePass: string | undefined;
  /** Tries one password; undefined if it does not fit. */
  open(password: string): PrivateKey | undefined | Promise<PrivateKey | undefined>;
}

/** The entry of a key that opens with the store password unless another is given. */
export function privateKeyEntry(key: ProtectedKey): PrivateKeyEntry {
  const { alias, creationDate, certificateChain } = key;
  return {
    kind: 'PrivateKeyEntry',
    alias,
    ...(creationDate && { creationDate }),
    certificateChain,
    getPrivateKey: (keyPass) => openWith(alias, keyPass, key.storePass, (password) => key.open(password)),
  };
}

/**
 * Opens the key material of an entry of any kind with the password that applies.
 * @throws {PassphraseRequiredError} if there is no password at all
 * @throws {KeyUnrecoverableError} if it does not fit
 */
export async function openWith<Key>(
  alias: string,
  keyPass: string | undefined,
  storePass: string | undefined,
  open: (password: string) => Key | undefined | Promise<Key | undefined>,
): Promise<Key> {
  const password = keyPass ?? storePass;
  if (password === undefined)
    throw new PassphraseRequiredError(`key ${quoted(alias)}: a password is needed to decrypt it`);
  const opened = await open(password);
  if (opened !== undefined) return opened;
  throw new KeyUnrecoverableError(
    keyPass === undefined
      ? `key ${quoted(alias)}: the store password does not open it; it has a password of its own, or it is damaged`
      : `key ${quoted(alias)}: the key password does not open it`,
    alias,
  );
}
