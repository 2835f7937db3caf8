import { wipe, wipingOnError } from '../../bytes/wipe.js';
import type { PbeScheme } from '../pbe/pbe-scheme.js';
import type { DerivationWork, IterationBudget } from './iteration-budget.js';
import type { EncodedPassword, Password, PasswordEncoding } from './password.js';

/** The decrypted value, and the encoding of the password that decrypted it. */
export interface Opened<T> {
  readonly value: T;
  readonly form: EncodedPassword;
}

/**
 * Unlikely encodings are tried only if one attempt takes at most this many hash computations (about 0.1 s): the cost of a JCEKS key,
 * 200,000 iterations on two halves, which is the highest that a JDK writes by default.
 */
const affordableRetry = 400_000;

/** Whether variants of the password are worth trying on something that costs `work` each time. */
export function mayRetry(work: Pick<DerivationWork, 'hashes'>, budget: IterationBudget): boolean {
  return work.hashes <= Math.min(affordableRetry, budget.left);
}

/**
 * The encodings to try on something that costs `work` each time; the budget is charged before each.
 * @throws {LimitExceededError} if the budget does not suffice for the likely ones
 */
export function* payForEncodings(
  password: Password,
  encoding: PasswordEncoding,
  work: DerivationWork,
  budget: IterationBudget,
  path: string,
): Generator<EncodedPassword> {
  // A copy, since success reorders the list.
  for (const form of [...password.forms(encoding)]) {
    if (form.isUnlikely && !mayRetry(work, budget)) continue;
    budget.spend(work, path);
    yield form;
  }
}

/**
 * Decrypts with one encoding of a password after the other, until `read` accepts the plaintext.
 * @param read parses the plaintext and keeps it; if it returns undefined or throws, the plaintext is overwritten
 * @returns undefined if no encoding fits
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
  for (const form of payForEncodings(password, scheme.encoding, scheme.work, budget, path)) {
    const plain = await scheme.decrypt(form.bytes, ciphertext);
    if (plain === undefined) continue;
    const value = wipingOnError([plain], () => read(plain));
    if (value !== undefined) {
      password.confirm(scheme.encoding, form);
      return { value, form };
    }
    wipe(plain);
  }
  return undefined;
}
