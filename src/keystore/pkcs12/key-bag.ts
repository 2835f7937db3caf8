import { wipe } from '../../bytes/wipe.js';
import { type DerivationWork, IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password.js';
import { type PrivateKey, readPrivateKeyInfo } from '../../crypto/key/private-key.js';
import { publicKeyBits } from '../../crypto/key/public-key-bits.js';
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
import { openWith } from '../entry/private-key-entry.js';
import type { PrivateKeyEntry } from '../types.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';

/**
 * A private key of a PKCS#12 file. It is decrypted while the file is loaded, if the store password opens it,
 * because only its public half tells for certain which certificate is its own; it is kept as long as the entry.
 */
export class Pkcs12Key {
  /** Content of the public key's BIT STRING; undefined while the key is locked or its algorithm unknown. */
  publicKey: Uint8Array | undefined;
  #opened: { readonly key: PrivateKey; readonly password: string | undefined } | undefined;

  constructor(
    readonly bag: Bag,
    readonly alias: string,
    private readonly limits: Limits,
  ) {}

  /** What it costs to open this key in one form of the password; nothing if it cannot be opened at all. */
  async work(): Promise<DerivationWork> {
    try {
      const [scheme] = this.#inTheClear ? [] : await keyProtectionSchemes(this.#encrypted(), this.limits);
      return scheme?.work ?? noWork;
    } catch (error) {
      if (isKeysOwnFault(error)) return noWork;
      throw error;
    }
  }

  /**
   * Opens the key if it is in the clear, or the store password fits. Whatever is wrong with it shows when it is asked for.
   * @returns whether it was opened, but does not tell its public half
   */
  async openAtLoad(password: Password | undefined, budget: IterationBudget): Promise<boolean> {
    try {
      const key = this.#inTheClear ? this.#readClear() : password && (await this.#decrypt(password, budget));
      if (key === undefined) return false;
      this.#opened = { key, password: this.#inTheClear ? undefined : password?.text };
      this.publicKey = publicKeyBits(key);
      return this.publicKey === undefined;
    } catch (error) {
      if (!isKeysOwnFault(error)) throw error;
      return false;
    }
  }

  entry(certificateChain: readonly Certificate[], storePass: string | undefined): PrivateKeyEntry {
    const { alias } = this;
    const { creationDate } = this.bag;
    return {
      kind: 'PrivateKeyEntry',
      alias,
      ...(creationDate && { creationDate }),
      certificateChain,
      getPrivateKey: async (keyPass) =>
        this.#inTheClear ? copyOf(this.#readClear()) : openWith(alias, keyPass, storePass, (text) => this.#open(text)),
    };
  }

  /** Overwrites the key; it is decrypted anew if it is asked for again. */
  wipe(): void {
    // One that was in the clear is a view on what the file holds.
    if (!this.#inTheClear) wipe(this.#opened?.key.pkcs8);
    this.#opened = undefined;
  }

  async #open(password: string): Promise<PrivateKey | undefined> {
    if (this.#opened?.password === password) return copyOf(this.#opened.key);
    // Each call has its own budget: what a caller asks for is not what a file makes us do.
    return this.#decrypt(password, new IterationBudget(this.limits));
  }

  get #inTheClear(): boolean {
    return this.bag.oid === Pkcs12Oid.keyBag;
  }

  #readClear(): PrivateKey {
    return readPrivateKeyInfo(this.bag.value.raw, `key ${quoted(this.alias)}`);
  }

  #decrypt(password: string | Password, budget: IterationBudget): Promise<PrivateKey | undefined> {
    return decryptPrivateKey(this.#encrypted(), password, budget);
  }

  #encrypted(): EncryptedPrivateKey {
    return encryptedPrivateKeyFrom(this.bag.value, `key ${quoted(this.alias)}`);
  }
}

const noWork: DerivationWork = { iterations: 0, hashes: 0 };

/** The default cost of a key in a JCEKS (200,000 rounds on two chains): the highest that any JDK writes by itself. */
const ordinaryHashes = 400_000;

/**
 * Keys that OpenSSL does not know, after which the rest are left to be found by name. To find out takes half a millisecond
 * for each, and a store of twenty thousand is a small file.
 */
const mostUnknown = 1_000;

/** Enough to occupy the threads that derive keys (libuv has four) while this one reads those that are done. */
const keysAtOnce = 16;

/**
 * Opens the keys of a store as far as the budget goes. Where all keys together cost more than it has, none is opened:
 * they are found by name then, and opened one by one when asked for.
 * @throws {LimitExceededError} if that is so because of counts that nobody writes
 */
export async function openKeysAtLoad(
  keys: readonly Pkcs12Key[],
  password: Password | undefined,
  budget: IterationBudget,
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
    if (highest > ordinaryHashes) {
      throw new LimitExceededError('totalIterations', total, budget.limits.totalIterations, 'all keys together');
    }
    return;
  }
  let unknown = 0;
  for (let at = 0; at < keys.length && unknown <= mostUnknown; at += keysAtOnce) {
    const opening = keys.slice(at, at + keysAtOnce).map((key) => key.openAtLoad(password, budget));
    // All of them are waited for even if one fails, so that none goes on behind the caller's back.
    for (const outcome of await Promise.allSettled(opening)) {
      if (outcome.status === 'rejected') throw outcome.reason;
      if (outcome.value) unknown++;
    }
  }
}

/** What concerns one key, and not the store. */
function isKeysOwnFault(error: unknown): error is Jks2PemError {
  return (
    error instanceof StoreUnsupportedError ||
    error instanceof StoreMalformedError ||
    error instanceof LimitExceededError
  );
}

/** The caller's own bytes, to be overwritten at will. */
function copyOf(key: PrivateKey): PrivateKey {
  return { ...key, pkcs8: key.pkcs8.slice() };
}
