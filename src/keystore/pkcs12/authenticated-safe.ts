import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { type Opened, openWithPassword } from '../../crypto/kdf/open-with-password.js';
import type { Password } from '../../crypto/kdf/password.js';
import { readPbeScheme } from '../../crypto/pbe/pbe.js';
import { StoreMalformedError } from '../../errors.js';
import type { SafePart } from './pfx.js';
import { type Bag, readSafeContents } from './safe-bag.js';

/** What a part held. */
export interface PartContents {
  readonly bags: readonly Bag[];
  /** The decrypted bytes, which the bags are views on. */
  readonly plain: Uint8Array;
}

/**
 * Decrypts a part of an AuthenticatedSafe.
 * @returns undefined if the password does not open it
 */
export async function openPart(
  part: SafePart,
  password: Password,
  budget: IterationBudget,
): Promise<Opened<PartContents> | undefined> {
  if (part.algorithm === undefined) return undefined;
  const scheme = readPbeScheme(part.algorithm, budget.limits, part.path);
  const place = { path: `${part.path}, decrypted`, offset: 0 };
  return openWithPassword(scheme, part.octets, password, budget, part.path, (plain) => {
    try {
      return { bags: readSafeContents(plain, place, budget.limits), plain };
    } catch (error) {
      // Under a wrong password what comes out is noise, and is found out here.
      if (error instanceof StoreMalformedError) return undefined;
      throw error;
    }
  });
}
