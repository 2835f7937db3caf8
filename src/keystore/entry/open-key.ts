import { aPassword, checkArgument } from '../../bytes/caller-check.js';
import { Password } from '../../crypto/kdf/password.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { KeyUnrecoverableError, PassphraseRequiredError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import type { PrivateKeyEntry, Warning } from '../types.js';
import { quoted } from './messages.js';

/** What opening the key of an entry needs. */
export interface KeyContext {
  readonly alias: string;
  /** Tried if the caller gives no key password. */
  readonly storePass: string | undefined;
  /** The variant of the store password that fits the keystore, tried first. Known once the integrity of the keystore is checked. */
  readonly storePassVariant?: () => string | undefined;
  readonly limits: Limits;
  /** Receives a warning if the key opens with a variant of the password only. */
  readonly warnings: Warning[];
}

/** Tries one password; returns undefined if it does not fit. */
export type OpenKey<Key> = (password: Password) => Key | undefined | Promise<Key | undefined>;

/** A private key that the reader has not decrypted yet. */
export interface ProtectedKey extends KeyContext {
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  readonly open: OpenKey<PrivateKey>;
}

/** The entry of a private key that opens with the store password, or the key password that the caller gives. */
export function privateKeyEntry(key: ProtectedKey): PrivateKeyEntry {
  const { alias, creationDate, certificateChain } = key;
  return {
    kind: 'PrivateKeyEntry',
    alias,
    ...(creationDate && { creationDate }),
    certificateChain,
    getPrivateKey: (keyPass) => openKey(key, keyPass, key.open),
  };
}

/**
 * Opens the key of an entry of any kind.
 * @throws {PassphraseRequiredError} if there is no password
 * @throws {KeyUnrecoverableError} if the password does not fit
 */
export async function openKey<Key>(
  { alias, storePass, storePassVariant, warnings }: KeyContext,
  keyPass: string | undefined,
  open: OpenKey<Key>,
): Promise<Key> {
  if (keyPass !== undefined) checkArgument('getPrivateKey', 'keyPass', keyPass, aPassword);
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
 * Warns that the writer used the password in another form than the standard's or the one given. Once for each form.
 * @param writtenAs completes "with the password …"; undefined if there is nothing to say
 * @param alias of the key; left out for the keystore as a whole
 */
export function warnOfPassword(writtenAs: string | undefined, warnings: Warning[], alias?: string): void {
  if (writtenAs === undefined) return;
  const how = `with the password ${writtenAs};`;
  if (warnings.some(({ code, message }) => code === 'WARN_PASSWORD_ENCODING' && message.includes(how))) return;
  const what = alias === undefined ? 'the keystore was written' : `key ${quoted(alias)} was encrypted`;
  const message = `${what} ${how} other programs may call the password wrong`;
  warnings.push({ code: 'WARN_PASSWORD_ENCODING', message, ...(alias !== undefined && { alias }) });
}

function unrecoverable(alias: string, isKeyPassword: boolean): KeyUnrecoverableError {
  const message = isKeyPassword
    ? `key ${quoted(alias)}: the key password does not open it`
    : `key ${quoted(alias)}: the store password does not open it; it has a password of its own, or it is damaged`;
  return new KeyUnrecoverableError(message, alias);
}
