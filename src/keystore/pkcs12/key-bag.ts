import { wipe } from '../../bytes/wipe.js';
import { type DerivationWork, IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password.js';
import { type PrivateKey, privateKey, readPrivateKeyInfo } from '../../crypto/key/private-key.js';
import { publicKeyBits } from '../../crypto/key/public-key.js';
import {
  decryptPrivateKey,
  type EncryptedPrivateKey,
  encryptedPrivateKeyFrom,
  keyProtectionSchemes,
} from '../../crypto/pbe/encrypted-private-key.js';
import { type Jks2PemError, LimitExceededError, StoreMalformedError, StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import { quoted } from '../entry/messages.js';
import { openKey, warnOfPassword } from '../entry/open-key.js';
import type { PrivateKeyEntry, Warning } from '../types.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';

/**
 * A private key of a PKCS#12 file. If the store password opens it, it is decrypted while the file is loaded, because only its public
 * half tells for certain which certificate belongs to it; it is kept as long as the entry.
 */
export class Pkcs12Key {
  /** Content of the public key's BIT STRING; undefined while the key is locked, or if its algorithm is not known. */
  publicKey: Uint8Array | undefined;
  #opened: { readonly key: PrivateKey; readonly password: string | undefined } | undefined;

  constructor(
    readonly bag: Bag,
    readonly alias: string,
    private readonly limits: Limits,
  ) {}

  /** The cost of decrypting this key with one form of the password; zero if it cannot be decrypted at all. */
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
   * Opens the key if it is in the clear or the store password fits. Errors are left for {@link entry}, whose caller wants this key.
   * @returns whether the key was opened but its public half is not known
   */
  async openAtLoad(password: Password | undefined, budget: IterationBudget): Promise<boolean> {
    try {
      const key = this.#inTheClear ? this.#readClear() : password && (await this.#decrypt(password, budget));
      if (key === undefined) return false;
      this.#opened = { key, password: this.#inTheClear ? undefined : password?.text };
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
          : openKey({ alias, storePass, limits, warnings }, keyPass, (password) => this.#open(password)),
    };
  }

  /** Overwrites the decrypted key; it is decrypted again on the next request. */
  wipe(): void {
    // A key in the clear is a view on the caller's file.
    if (!this.#inTheClear) wipe(this.#opened?.key.pkcs8);
    this.#opened = undefined;
  }

  async #open(password: Password): Promise<PrivateKey | undefined> {
    if (this.#opened?.password === password.text) return copyOf(this.#opened.key);
    // A budget for each call: the caller asked for this key, the file did not.
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
    return encryptedPrivateKeyFrom(this.bag.value, `key ${quoted(this.alias)}`);
  }
}

const noWork: DerivationWork = { iterations: 0, hashes: 0 };

/** The highest cost of a key that a JDK writes by default: JCEKS with 200,000 iterations on two halves. */
const highestDefaultHashes = 400_000;

/**
 * After this many keys whose algorithm OpenSSL does not know, the others are paired by name. Each takes half a millisecond, and a
 * file of twenty thousand such keys is small.
 */
const maximumUnknownKeys = 1_000;

/** Keys opened in parallel: libuv derives four at a time, and the rest of the queue keeps its threads busy. */
const keysAtOnce = 16;

/**
 * Opens the keys of a file within the budget. If all keys together cost more, none is opened: they are paired by name then, and
 * decrypted one by one when a caller wants them.
 * @throws {LimitExceededError} if the reason is an iteration count that no writer uses
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
    // Wait for all of them even if one fails: none may go on after the caller has wiped the password.
    for (const outcome of await Promise.allSettled(opening)) {
      if (outcome.status === 'rejected') throw outcome.reason;
      if (outcome.value) unknown++;
    }
  }
  warnOfPassword(password?.writtenAs, warnings);
}

/** Whether the error is about one key and not about the file. */
function concernsOneKey(error: unknown): error is Jks2PemError {
  return (
    error instanceof StoreUnsupportedError ||
    error instanceof StoreMalformedError ||
    error instanceof LimitExceededError
  );
}

/** A copy that the caller may overwrite. */
function copyOf(key: PrivateKey): PrivateKey {
  return privateKey(key.algorithm, key.pkcs8.slice());
}
