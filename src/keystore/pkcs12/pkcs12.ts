import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { Password } from '../../crypto/kdf/password-variants.js';
import { PassphraseRequiredError, StoreIntegrityError } from '../../errors.js';
import { requireWithin } from '../../limits.js';
import { wrongPassword } from '../entry/messages.js';
import { warnOfPassword } from '../entry/private-key-entry.js';
import type { ReaderOptions, StoreContents, StoreReader } from '../store-reader.js';
import type { KeyStore, Warning } from '../types.js';
import { readEntries } from './entries.js';
import { checkIntegrity, hasMacOfEmptyPassword, noMac, type OpenPart } from './integrity.js';
import { type Pfx, readAuthenticatedSafe, readPfx } from './pfx.js';
import { type Bag, openPart, readSafeContents } from './safe-contents.js';

/** Reads PKCS#12 (RFC 7292), as Java, OpenSSL, Bouncy Castle, Windows and others write it, with or without a password. */
export const readPkcs12: StoreReader = async (bytes, options) => {
  const file = new Pkcs12File(bytes, options);
  try {
    return await file.read();
  } catch (error) {
    file.wipeDecrypted();
    throw error;
  } finally {
    file.wipePassword();
  }
};

class Pkcs12File {
  readonly #warnings: Warning[] = [];
  readonly #budget: IterationBudget;
  readonly #pfx: Pfx;
  readonly #password: Password | undefined;
  /** Decrypted parts. The entries are views of them. */
  readonly #decrypted: Uint8Array[] = [];

  constructor(
    bytes: Uint8Array,
    private readonly options: ReaderOptions,
  ) {
    const { limits, storePass } = options;
    this.#budget = new IterationBudget(limits);
    this.#pfx = readPfx(bytes, limits);
    this.#password = storePass === undefined ? undefined : new Password(storePass);
    if (this.#pfx.trailingBytes > 0) {
      const message = `${this.#pfx.trailingBytes} bytes after the end of the store are ignored`;
      this.#warnings.push({ code: 'WARN_TRAILING_BYTES', message });
    }
  }

  async read(): Promise<StoreContents> {
    const { limits } = this.options;
    // Everything that needs no password is read before the password is checked, so that a damaged file is reported as damaged.
    const parts: OpenPart[] = readAuthenticatedSafe(this.#pfx, limits, (path, oid) =>
      this.#skip(`${path}: content type ${oid} is not supported`),
    ).map((part) => ({ ...part, bags: part.algorithm ? undefined : readSafeContents(part.octets, part, limits) }));
    const { integrity, password } = await this.#authenticate(parts);
    const bags: Bag[] = [];
    for (const part of parts)
      for (const bag of part.bags ?? (await this.#decrypt(part, password, integrity))) bags.push(bag);
    requireWithin(limits, 'entries', bags.length, 'PKCS12 store');
    if (password === undefined && bags.length === 0 && parts.some((part) => part.algorithm)) {
      throw new PassphraseRequiredError('a password is needed: everything in this PKCS12 store is encrypted');
    }
    return {
      type: 'PKCS12',
      version: this.#pfx.version,
      integrity,
      ...(await readEntries(bags, password, this.#budget, this.#warnings)),
      warnings: this.#warnings,
    };
  }

  /** Overwrites the decrypted parts. For use only if no entry is returned. */
  wipeDecrypted(): void {
    wipe(...this.#decrypted);
  }

  wipePassword(): void {
    this.#password?.wipe();
  }

  /**
   * Checks the MAC with the password, if one was given.
   * @returns the integrity, and the password that opens the bags: the given one, or the empty one if the MAC was made with that
   */
  async #authenticate(
    parts: readonly OpenPart[],
  ): Promise<{ integrity: KeyStore['integrity']; password: Password | undefined }> {
    const password = this.#password;
    if (password) {
      const integrity = await checkIntegrity(this.#pfx, parts, password, this.#budget, this.#warnings);
      return { integrity, password };
    }
    const hasCheck = this.#pfx.macData !== undefined || this.#pfx.isSigned;
    if (!hasCheck) this.#warnings.push(noMac);
    const integrity = hasCheck ? 'not-checked' : 'none';
    const empty = new Password('');
    return { integrity, password: hasMacOfEmptyPassword(this.#pfx, empty, this.#budget) ? empty : undefined };
  }

  async #decrypt(
    part: OpenPart,
    password: Password | undefined,
    integrity: KeyStore['integrity'],
  ): Promise<readonly Bag[]> {
    if (password === undefined) {
      const message = `${part.path} is encrypted, and no password was given; left out`;
      this.#warnings.push({ code: 'WARN_ENCRYPTED_PART_SKIPPED', message });
      return [];
    }
    const opened = await openPart(part, password, this.#budget);
    if (opened) {
      warnOfPassword(opened.form.description, this.#warnings);
      this.#decrypted.push(opened.value.plain);
      return opened.value.bags;
    }
    // If the MAC was right, the password is right, and only this part has another password. Without a checked MAC, the password may be wrong.
    if (this.#password && integrity !== 'verified') throw new StoreIntegrityError(wrongPassword);
    this.#skip(`${part.path} does not open with the password that the MAC was made with`);
    return [];
  }

  #skip(reason: string): void {
    this.#warnings.push({ code: 'WARN_BAG_SKIPPED', message: `${reason}; left out` });
  }
}
