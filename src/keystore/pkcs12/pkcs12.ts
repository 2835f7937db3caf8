import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { Password } from '../../crypto/kdf/password.js';
import {
  LimitExceededError,
  PassphraseRequiredError,
  StoreIntegrityError,
  StoreUnsupportedError,
} from '../../errors.js';
import { requireWithin } from '../../limits.js';
import { wrongPassword } from '../entry/messages.js';
import type { ReaderOptions, StoreContents, StoreReader } from '../reader.js';
import type { KeyStore, Warning } from '../types.js';
import { readEntries } from './entries.js';
import { checkMac, warnForm } from './integrity.js';
import { explainMacFailure } from './mac-failure.js';
import { type Pfx, readAuthenticatedSafe, readPfx, type SafePart } from './pfx.js';
import { type Bag, openPart, readSafeContents } from './safe-contents.js';

/** PKCS#12 (RFC 7292) under a password, as Java, OpenSSL, Bouncy Castle, Windows and others write it. */
export const readPkcs12: StoreReader = async (bytes, options) => {
  const file = new Pkcs12File(bytes, options);
  try {
    return await file.read();
  } catch (error) {
    file.wipe();
    throw error;
  } finally {
    file.close();
  }
};

/** A part of the file whose bags are known; `undefined` while they are encrypted. */
type OpenPart = SafePart & { bags: readonly Bag[] | undefined };

class Pkcs12File {
  readonly #warnings: Warning[] = [];
  readonly #budget: IterationBudget;
  readonly #pfx: Pfx;
  readonly #password: Password | undefined;
  /** Parts in the clear; entries are views on them. */
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
      const message = `${this.#pfx.trailingBytes} bytes after the end of the store were left out`;
      this.#warnings.push({ code: 'WARN_TRAILING_BYTES', message });
    }
  }

  async read(): Promise<StoreContents> {
    const { limits } = this.options;
    // Everything that can be understood without the password is, before the password is judged: a damaged file is called damaged.
    const parts: OpenPart[] = readAuthenticatedSafe(this.#pfx, limits, (path, oid) =>
      this.#warn(`${path}: content type ${oid} is not supported; left out`),
    ).map((part) => ({ ...part, bags: part.algorithm ? undefined : readSafeContents(part.octets, part, limits) }));
    const { integrity, password } = await this.#authenticate(parts);
    for (const part of parts) part.bags ??= await this.#decrypt(part, password, integrity);
    const bags = parts.flatMap((part) => part.bags ?? []);
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

  /** Overwrites what was decrypted, if no entry is to come of it. */
  wipe(): void {
    for (const plain of this.#decrypted) wipe(plain);
  }

  close(): void {
    this.#password?.wipe();
  }

  /** Checks the MAC, and says with which password the bags are to be opened. */
  async #authenticate(
    parts: readonly OpenPart[],
  ): Promise<{ integrity: KeyStore['integrity']; password: Password | undefined }> {
    const { limits } = this.options;
    if (this.#password === undefined) {
      // A store that was written without a password has, from many writers, the MAC of an empty one.
      const empty = new Password('');
      return this.#macFits(empty)
        ? { integrity: 'verified', password: empty }
        : { integrity: this.#pfx.macData ? 'not-checked' : 'none', password: undefined };
    }
    const verdict = checkMac(this.#pfx, this.#password, this.#budget, limits, this.#warnings);
    if (verdict === 'failed') throw await explainMacFailure(parts, this.#password, this.#budget);
    return { integrity: verdict, password: this.#password };
  }

  /** Whether the MAC is that of a password nobody gave. One that costs too much to find out about, or cannot be made, is not. */
  #macFits(guess: Password): boolean {
    try {
      return checkMac(this.#pfx, guess, this.#budget, this.options.limits, []) === 'verified';
    } catch (error) {
      if (error instanceof LimitExceededError || error instanceof StoreUnsupportedError) return false;
      throw error;
    }
  }

  async #decrypt(
    part: OpenPart,
    password: Password | undefined,
    integrity: KeyStore['integrity'],
  ): Promise<readonly Bag[]> {
    if (part.algorithm === undefined) return [];
    if (password === undefined) {
      this.#warn(`${part.path} is encrypted and was left out, since no password was given`);
      return [];
    }
    const opened = await openPart(part, password, this.#budget);
    if (opened) {
      warnForm(opened.form, this.#warnings);
      this.#decrypted.push(opened.value.plain);
      return opened.value.bags;
    }
    // The MAC has proved the password; without one, this is the first time it is put to use.
    if (integrity !== 'verified') throw new StoreIntegrityError(wrongPassword);
    this.#warn(`${part.path} does not open with the password that the MAC was made with; left out`);
    return [];
  }

  #warn(message: string): void {
    this.#warnings.push({ code: 'WARN_BAG_SKIPPED', message });
  }
}
