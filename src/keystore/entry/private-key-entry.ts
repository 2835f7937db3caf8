import { aPassword, checkArgument } from '../../bytes/check-arguments.js';
import { Password } from '../../crypto/kdf/password-variants.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { KeyUnrecoverableError, PassphraseRequiredError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import type { PrivateKeyEntry, Warning } from '../types.js';
import { quoted } from './messages.js';

/** The values that are needed to open the key of an entry. */
export interface KeyContext {
  readonly alias: string;
  /** The store password. It is tried if the caller gives no key password. */
  readonly storePass: string | undefined;
  /**
   * Returns the variant of the store password (see {@link Password}) that passed the integrity check; undefined if none has passed it
   * yet. It is tried before `storePass`.
   */
  readonly storePassVariant?: () => string | undefined;
  readonly limits: Limits;
  /** Receives a warning if only another variant or encoding of the password opens the key; see {@link warnOfPassword}. */
  readonly warnings: Warning[];
}

/**
 * Maximum number of keys that are tried with the store password after its check has failed, to distinguish a wrong password from a changed
 * file. One would not be enough, because the first key may have a password of its own. All could take too long, because each key of a JCEKS
 * may cost as much work as `Limits` allows.
 */
export const triedKeys = 3;

/** Tries one password; returns undefined if it is wrong. */
type OpenKey<Key> = (password: Password) => Key | undefined | Promise<Key | undefined>;

/** A private key that is not decrypted yet. */
interface ProtectedKey extends KeyContext {
  readonly creationDate: Date;
  readonly certificateChain: readonly Certificate[];
  readonly open: OpenKey<PrivateKey>;
}

/** Creates the entry of a private key. Its `getPrivateKey` tries the key password if the caller gives one, otherwise the store password. */
export function privateKeyEntry(key: ProtectedKey): PrivateKeyEntry {
  const { alias, creationDate, certificateChain } = key;
  return {
    kind: 'PrivateKeyEntry',
    alias,
    creationDate,
    certificateChain,
    getPrivateKey: (keyPass) => openKey(key, 'getPrivateKey', keyPass, key.open),
  };
}

/**
 * Opens the key of an entry of any kind.
 * @param method the method that the caller called, for the message of the TypeError
 * @param keyPass the only password that is tried, if it is given; otherwise the store password is tried
 * @throws {PassphraseRequiredError} if there is neither a key password nor a store password
 * @throws {KeyUnrecoverableError} if the password is wrong
 */
export async function openKey<Key>(
  { alias, storePass, storePassVariant, warnings }: KeyContext,
  method: 'getPrivateKey' | 'getSecretKey' | 'getPublicKey',
  keyPass: string | undefined,
  open: OpenKey<Key>,
): Promise<Key> {
  if (keyPass !== undefined) checkArgument(method, 'keyPass', keyPass, aPassword);
  const candidates = (keyPass === undefined ? [storePassVariant?.(), storePass] : [keyPass]).filter(
    (text) => text !== undefined,
  );
  if (candidates.length === 0)
    throw new PassphraseRequiredError(`key ${quoted(alias)}: a password is needed to decrypt it`);
  for (const text of candidates) {
    const password = new Password(text);
    try {
      const opened = await open(password);
      if (opened === undefined) continue;
      warnOfPassword(password.writtenAs, warnings, alias);
      return opened;
    } finally {
      password.wipe();
    }
  }
  throw unrecoverable(alias, keyPass !== undefined);
}

/**
 * Warns that the writer used the password in another form than the standard requires, or than the user gave. Each form causes only one
 * warning, even if several keys have it.
 * @param writtenAs describes the form, as the end of "with the password …"; undefined if no warning is needed
 * @param alias alias of the key; undefined for the keystore as a whole
 */
export function warnOfPassword(writtenAs: string | undefined, warnings: Warning[], alias?: string): void {
  if (writtenAs === undefined) return;
  const how = `with the password ${writtenAs};`;
  if (warnings.some(({ code, message }) => code === 'WARN_PASSWORD_ENCODING' && message.includes(how))) return;
  const what = alias === undefined ? 'the keystore was written' : `key ${quoted(alias)} was encrypted`;
  const message = `${what} ${how} other programs may refuse the password`;
  warnings.push({ code: 'WARN_PASSWORD_ENCODING', message, ...(alias !== undefined && { alias }) });
}

function unrecoverable(alias: string, isKeyPassword: boolean): KeyUnrecoverableError {
  const message = isKeyPassword
    ? `key ${quoted(alias)}: the key password does not open it`
    : `key ${quoted(alias)}: the store password does not open it; it has a password of its own, or it is damaged`;
  return new KeyUnrecoverableError(message, alias);
}
