import { wipe } from '../../bytes/wipe.js';
import { type DerivationWork, IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password-variants.js';
import { type PrivateKey, privateKey, readPrivateKeyInfo } from '../../crypto/key/private-key.js';
import { publicKeyBits } from '../../crypto/key/public-key.js';
import {
  decryptPrivateKey,
  type EncryptedPrivateKey,
  encryptedPrivateKeyFrom,
  keyProtectionSchemes,
} from '../../crypto/pbe/decrypt-private-key.js';
import { type Jks2PemError, LimitExceededError, StoreMalformedError, StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import { quoted } from '../entry/messages.js';
import { openKey, warnOfPassword } from '../entry/private-key-entry.js';
import type { PrivateKeyEntry, Warning } from '../types.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';

/**
 * A private key of a PKCS#12 file. If the store password opens it, the key is usually decrypted while the file is loaded (see
 * {@link openKeysAtLoad}), because only its public half determines reliably which certificate belongs to it. The decrypted key is kept as
 * long as the entry.
 */
export class Pkcs12Key {
  /** Content of the BIT STRING of the public key; undefined if the key is not decrypted, or if its public half cannot be determined. */
  publicKey: Uint8Array | undefined;
  #opened: { readonly key: PrivateKey; readonly password: string | undefined } | undefined;

  constructor(
    readonly bag: Bag,
    readonly alias: string,
    private readonly limits: Limits,
  ) {}

  /** Returns the cost of decrypting this key with one encoding of the password; zero if it is not encrypted, or cannot be decrypted at all. */
  async work(): Promise<DerivationWork> {
    try {
      const [scheme] = this.#inTheClear ? [] : await keyProtectionSchemes(this.#encrypted(), this.limits);
      return scheme?.work ?? noWork;
    } catch (error) {
      if (concernsOneKey(error)) return noWork;
      throw error;
    }
  }

  /**
   * Opens the key if it is not encrypted, or if the store password is right. Errors that concern only this key are ignored here;
   * `getPrivateKey` of its {@link entry} throws them again.
   * @returns true only if the key was opened, but its public half cannot be determined
   */
  async openAtLoad(password: Password | undefined, budget: IterationBudget): Promise<boolean> {
    try {
      const key = this.#inTheClear ? this.#readClear() : password && (await this.#decrypt(password, budget));
      if (key === undefined) return false;
      this.#opened = { key, password: password?.text };
      this.publicKey = publicKeyBits(key);
      return this.publicKey === undefined;
    } catch (error) {
      if (!concernsOneKey(error)) throw error;
      return false;
    }
  }

  entry(certificateChain: readonly Certificate[], storePass: string | undefined, warnings: Warning[]): PrivateKeyEntry {
    const { alias, limits } = this;
    const { creationDate } = this.bag;
    return {
      kind: 'PrivateKeyEntry',
      alias,
      ...(creationDate && { creationDate }),
      certificateChain,
      getPrivateKey: async (keyPass) =>
        this.#inTheClear
          ? copyOf(this.#readClear())
          : openKey({ alias, storePass, limits, warnings }, 'getPrivateKey', keyPass, (password) =>
              this.#open(password),
            ),
    };
  }

  /** Overwrites the decrypted key. When it is requested again, it is decrypted again. */
  wipe(): void {
    // An unencrypted key is a view of bytes that must not be changed: those of the caller's file, or of a decrypted
    // SafeContents that other entries use.
    if (!this.#inTheClear) wipe(this.#opened?.key.pkcs8);
    this.#opened = undefined;
  }

  async #open(password: Password): Promise<PrivateKey | undefined> {
    if (this.#opened?.password === password.text) return copyOf(this.#opened.key);
    // Each call has its own budget. The limit protects against work that a hostile file causes; here, the caller requests the work.
    return this.#decrypt(password, new IterationBudget(this.limits));
  }

  get #inTheClear(): boolean {
    return this.bag.oid === Pkcs12Oid.keyBag;
  }

  #readClear(): PrivateKey {
    return readPrivateKeyInfo(this.bag.value.raw, `key ${quoted(this.alias)}`);
  }

  #decrypt(password: Password, budget: IterationBudget): Promise<PrivateKey | undefined> {
    return decryptPrivateKey(this.#encrypted(), password, budget);
  }

  #encrypted(): EncryptedPrivateKey {
    const name = `key ${quoted(this.alias)}`;
    return encryptedPrivateKeyFrom(this.bag.value.named(name), name);
  }
}

const noWork: DerivationWork = { iterations: 0, hashes: 0 };

/**
 * The highest cost of a key, in hash computations, with the default settings of any JDK: JCEKS with 200,000 iterations for each of two
 * halves.
 */
const highestDefaultHashes = 400_000;

/**
 * After more than this many keys whose algorithm OpenSSL does not know, the remaining keys are not decrypted at load, and their certificates
 * are found by localKeyId and friendlyName. Each such key takes half a millisecond, and a small file can contain twenty thousand.
 */
const maximumUnknownKeys = 1_000;

/** Number of keys that are decrypted in parallel. Node derives four at a time in the threads of libuv; a longer queue keeps them busy. */
const keysAtOnce = 16;

/**
 * Decrypts the keys of a file within the budget. If all keys together exceed the budget, none is decrypted: their certificates are found by
 * localKeyId and friendlyName, and each key is decrypted when the caller requests it.
 * @throws {LimitExceededError} if all keys together exceed the budget, and one of them costs more than {@link highestDefaultHashes}
 */
export async function openKeysAtLoad(
  keys: readonly Pkcs12Key[],
  password: Password | undefined,
  budget: IterationBudget,
  warnings: Warning[],
): Promise<void> {
  let total = 0;
  let highest = 0;
  for (const key of keys) {
    const { iterations, hashes } = await key.work();
    if (iterations > budget.limits.iterations) continue;
    total += hashes;
    highest = Math.max(highest, hashes);
  }
  if (total > budget.left) {
    if (highest > highestDefaultHashes) {
      throw new LimitExceededError('totalIterations', total, budget.limits.totalIterations, 'all keys together');
    }
    return;
  }
  let unknown = 0;
  for (let at = 0; at < keys.length && unknown <= maximumUnknownKeys; at += keysAtOnce) {
    const opening = keys.slice(at, at + keysAtOnce).map((key) => key.openAtLoad(password, budget));
    // This waits for all of them even if one fails, because no decryption may continue after the caller has wiped the password.
    for (const outcome of await Promise.allSettled(opening)) {
      if (outcome.status === 'rejected') throw outcome.reason;
      if (outcome.value) unknown++;
    }
  }
  warnOfPassword(password?.writtenAs, warnings);
}

/** Checks whether the error concerns only this key, and not the whole file. */
function concernsOneKey(error: unknown): error is Jks2PemError {
  return (
    error instanceof StoreUnsupportedError ||
    error instanceof StoreMalformedError ||
    error instanceof LimitExceededError
  );
}

/** Returns a copy that the caller may overwrite. */
function copyOf(key: PrivateKey): PrivateKey {
  return privateKey(key.algorithm, key.pkcs8.slice());
}
