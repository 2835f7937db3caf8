import { wipe, wipingOnError } from '../../bytes/wipe.js';
import type { PbeScheme } from '../pbe/pbe-scheme.js';
import type { IterationBudget } from './iteration-budget.js';
import type { Password, PasswordForm } from './password.js';

/** What a password opened, and in which form it did. */
export interface Opened<T> {
  readonly value: T;
  readonly form: PasswordForm;
}

/**
 * Decrypts with a password in one form after the other, until what comes out makes sense.
 * @param read makes sense of plain bytes, which are its to keep; undefined if it cannot, and then they are overwritten
 * @returns undefined if no form fits
 * @throws {LimitExceededError} if the attempts cost more than the budget has
 */
export async function openWithPassword<T>(
  scheme: PbeScheme,
  ciphertext: Uint8Array,
  password: Password,
  budget: IterationBudget,
  path: string,
  read: (plain: Uint8Array) => T | undefined,
): Promise<Opened<T> | undefined> {
  // A copy, since success reorders the list.
  for (const form of [...password.forms(scheme.encoding)]) {
    budget.spend(scheme.work, path);
    const plain = await scheme.decrypt(form.bytes, ciphertext, password.companions);
    if (plain === undefined) continue;
    const value = wipingOnError([plain], () => read(plain));
    if (value !== undefined) {
      password.prefer(scheme.encoding, form);
      return { value, form };
    }
    wipe(plain);
  }
  return undefined;
}
