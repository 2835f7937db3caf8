import { wipe, wipingOnError } from '../../bytes/wipe.js';
import type { PbeScheme } from '../pbe/pbe-scheme.js';
import type { DerivationWork, IterationBudget } from './iteration-budget.js';
import type { EncodedPassword, Password, PasswordEncoding } from './password-variants.js';

/** The decrypted value, and the encoding of the password that decrypted it. */
export interface Opened<T> {
  readonly value: T;
  readonly form: EncodedPassword;
}

/**
 * Unlikely encodings of the password are tried only if one attempt takes at most this many hash computations. A JCEKS key with
 * 200,000 iterations, the default of current JDKs, is just within the limit, because each half of its salt is hashed separately.
 */
const affordableRetry = 400_000;

/** Checks whether variants of the password should be tried, if each attempt costs `work`. */
export function mayRetry(work: Pick<DerivationWork, 'hashes'>, budget: IterationBudget): boolean {
  return work.hashes <= Math.min(affordableRetry, budget.left);
}

/**
 * Yields the encodings of a password to try: all likely ones, and the unlikely ones only where {@link mayRetry} allows it. The budget is
 * charged `work` before each.
 * @throws {LimitExceededError} if the budget is not enough for the likely encodings
 */
export function* payForEncodings(
  password: Password,
  encoding: PasswordEncoding,
  work: DerivationWork,
  budget: IterationBudget,
  path: string,
): Generator<EncodedPassword> {
  for (const form of password.forms(encoding)) {
    if (form.isUnlikely && !mayRetry(work, budget)) continue;
    budget.spend(work, path);
    yield form;
  }
}

/**
 * Decrypts with each encoding of a password, until `read` accepts the plaintext.
 * @param read parses and keeps the plaintext; if it returns undefined or throws, the plaintext is overwritten
 * @returns undefined if no encoding is accepted
 * @throws {LimitExceededError} if the attempts exceed the budget
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
