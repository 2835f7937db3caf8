import type { IterationBudget } from '../crypto/iteration-budget.js';
import type { Password } from '../crypto/password.js';
import { type Opened, openWithPassword } from '../crypto/password-ladder.js';
import { readPbeScheme } from '../crypto/pbe.js';
import { StoreMalformedError } from '../errors.js';
import { type Bag, readSafeContents } from './pkcs12-bag.js';
import type { SafePart } from './pkcs12-frame.js';

/**
 * Decrypts a part of an AuthenticatedSafe.
 * @returns undefined if the password does not open it
 */
export async function openPart(
  part: SafePart,
  password: Password,
  budget: IterationBudget,
): Promise<Opened<readonly Bag[]> | undefined> {
  if (part.algorithm === undefined) return undefined;
  const scheme = readPbeScheme(part.algorithm, budget.limits, part.path);
  const place = { path: `${part.path}, decrypted`, offset: 0 };
  return openWithPassword(scheme, part.octets, password, budget, part.path, (plain) => {
    try {
      return readSafeContents(plain, place, budget.limits);
    } catch (error) {
      // Under a wrong password what comes out is noise, and is found out here.
      if (error instanceof StoreMalformedError) return undefined;
      throw error;
    }
  });
}
