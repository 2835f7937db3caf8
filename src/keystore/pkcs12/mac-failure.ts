import { wipe } from '../../bytes/wipe.js';
import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password.js';
import { decryptPrivateKey, encryptedPrivateKeyFrom } from '../../crypto/pbe/encrypted-private-key.js';
import { Jks2PemError, StoreIntegrityError } from '../../errors.js';
import { wrongPassword } from '../entry/messages.js';
import { Pkcs12Oid } from './oids.js';
import type { SafePart } from './pfx.js';
import type { Bag } from './safe-contents.js';
import { openPart } from './safe-contents.js';

/** Finds out whether it is the password or the content that is wrong, by trying the password on one thing that is encrypted. */
export async function explainMacFailure(
  parts: readonly (SafePart & { readonly bags: readonly Bag[] | undefined })[],
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
  parts: readonly (SafePart & { readonly bags: readonly Bag[] | undefined })[],
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
    // Whatever stops the attempt, the MAC is what failed and what is reported.
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}
