import { wipe } from '../../bytes/wipe.js';
import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password-variants.js';
import { decryptPrivateKey, encryptedPrivateKeyFrom } from '../../crypto/pbe/decrypt-private-key.js';
import { Jks2PemError, LimitExceededError, StoreIntegrityError, StoreUnsupportedError } from '../../errors.js';
import { wrongPassword } from '../entry/messages.js';
import { warnOfPassword } from '../entry/private-key-entry.js';
import type { KeyStore, Warning } from '../types.js';
import { findMacForm, readPkcs12Mac } from './mac.js';
import { Pkcs12Oid } from './oids.js';
import type { Pfx, SafePart } from './pfx.js';
import { type Bag, openPart } from './safe-contents.js';

/** A part of the file. `bags` is undefined while the part is encrypted. */
export type OpenPart = SafePart & { readonly bags: readonly Bag[] | undefined };

/**
 * Checks the MAC with the password that the caller gave.
 * @returns the value of {@link KeyStore.integrity}; if it is not `verified`, a warning says why
 * @throws {StoreIntegrityError} if the MAC differs
 */
export async function checkIntegrity(
  pfx: Pfx,
  parts: readonly OpenPart[],
  password: Password,
  budget: IterationBudget,
  warnings: Warning[],
): Promise<KeyStore['integrity']> {
  if (pfx.isSigned) {
    warnings.push(unverifiable('the file has a signature instead of a MAC, which jks2pem cannot check'));
    return 'not-checked';
  }
  if (pfx.macData === undefined) {
    warnings.push(noMac);
    return 'none';
  }
  const mac = readPkcs12Mac(pfx.macData, budget.limits, 'MAC');
  if (typeof mac === 'string') {
    warnings.push(unverifiable(new StoreUnsupportedError('the MAC algorithm is not supported', mac).message));
    return 'not-checked';
  }
  const form = findMacForm(mac, pfx.content, password, budget, 'MAC');
  if (form === undefined) throw await explainMacFailure(parts, password, budget);
  warnOfPassword(form.description, warnings);
  return 'verified';
}

/**
 * Creates the warning for a file whose integrity cannot be checked even with a password. Its code is not WARN_INTEGRITY_NOT_CHECKED: a user
 * may allow that code for keystores that are read without a password, but must not thereby accept a file from which an attacker has removed
 * the MAC.
 */
function unverifiable(reason: string): Warning {
  const message = `the integrity of the keystore was not checked: ${reason}, so anyone may have written it`;
  return { code: 'WARN_INTEGRITY_UNVERIFIABLE', message };
}

/** The warning for a file without a MAC. */
export const noMac = unverifiable('the file has no MAC');

/**
 * Checks whether the MAC was made with the empty password, as several writers do if they are given no password. Such a MAC does not
 * prove the integrity, because everyone can compute it. It is only a sign that the empty password decrypts the file.
 */
export function hasMacOfEmptyPassword(pfx: Pfx, empty: Password, budget: IterationBudget): boolean {
  if (pfx.macData === undefined) return false;
  try {
    const mac = readPkcs12Mac(pfx.macData, budget.limits, 'MAC');
    return typeof mac !== 'string' && findMacForm(mac, pfx.content, empty, budget, 'MAC') !== undefined;
  } catch (error) {
    // Without a password the MAC is not used for anything else, so a MAC that cannot be computed must not prevent reading.
    if (error instanceof LimitExceededError || error instanceof StoreUnsupportedError) return false;
    throw error;
  }
}

/**
 * Creates the error for a MAC that differs. To distinguish a wrong password from changed content, one encrypted part of the file, or else
 * one key, is decrypted with the password.
 */
async function explainMacFailure(
  parts: readonly OpenPart[],
  password: Password,
  budget: IterationBudget,
): Promise<StoreIntegrityError> {
  return new StoreIntegrityError(
    (await opensSomething(parts, password, budget))
      ? 'the password opens the content, but the MAC differs: the file was changed after it was written, or its MAC was made with another password'
      : wrongPassword,
  );
}

async function opensSomething(
  parts: readonly OpenPart[],
  password: Password,
  budget: IterationBudget,
): Promise<boolean> {
  try {
    const encrypted = parts.find((part) => part.algorithm);
    if (encrypted) {
      const opened = await openPart(encrypted, password, budget);
      wipe(opened?.value.plain);
      return opened !== undefined;
    }
    const bag = parts.flatMap((part) => part.bags ?? []).find(({ oid }) => oid === Pkcs12Oid.shroudedKeyBag);
    const key = bag && (await decryptPrivateKey(encryptedPrivateKeyFrom(bag.value, bag.path), password, budget));
    wipe(key?.pkcs8);
    return key !== undefined;
  } catch (error) {
    // The caller reports the failed MAC. Why decryption failed is not important.
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}
