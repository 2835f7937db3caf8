import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { EncodedPassword, Password } from '../../crypto/kdf/password.js';
import { findMacForm, readPkcs12Mac } from '../../crypto/kdf/pkcs12-mac.js';
import type { Limits } from '../../limits.js';
import type { KeyStore, Warning } from '../types.js';
import type { Pfx } from './pfx.js';

/** What came of the check. `failed`: there is a MAC, and the password does not make it. */
export type MacVerdict = KeyStore['integrity'] | 'failed';

/** Compares the MAC of a file with that under a password, in all its forms. */
export function checkMac(
  pfx: Pfx,
  password: Password,
  budget: IterationBudget,
  limits: Limits,
  warnings: Warning[],
): MacVerdict {
  if (pfx.macData === undefined) return 'none';
  const mac = readPkcs12Mac(pfx.macData, limits, 'MAC');
  if (typeof mac === 'string') {
    const message = `the integrity of the store cannot be checked: MAC algorithm ${mac} is not supported`;
    warnings.push({ code: 'WARN_INTEGRITY_NOT_CHECKED', message });
    return 'not-checked';
  }
  const form = findMacForm(mac, pfx.content, password, budget, 'MAC');
  if (form === undefined) return 'failed';
  warnForm(form, warnings);
  return 'verified';
}

/** Warns, once, of a password in an encoding that other programs refuse. */
export function warnForm(form: EncodedPassword, warnings: Warning[]): void {
  if (form.description === undefined) return;
  const message = `the keystore was written with the password ${form.description}; other programs may refuse the password`;
  if (!warnings.some((warning) => warning.message === message))
    warnings.push({ code: 'WARN_PASSWORD_ENCODING', message });
}
