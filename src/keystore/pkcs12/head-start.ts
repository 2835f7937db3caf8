import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Oid } from '../../asn1/oids.js';
import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password.js';
import type { Opened } from '../../crypto/kdf/password-ladder.js';
import { Pkcs12Companions } from '../../crypto/kdf/pkcs12-companions.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { decryptPrivateKey, encryptedPrivateKeyFrom } from '../../crypto/pbe/encrypted-private-key.js';
import { readPbeScheme } from '../../crypto/pbe/pbe.js';
import { Jks2PemError } from '../../errors.js';
import { openPart, type PartContents } from './authenticated-safe.js';
import { Pkcs12Oid } from './oids.js';
import type { SafePart } from './pfx.js';
import type { Bag } from './safe-bag.js';

/** Keys that are opened ahead: as many as libuv has threads, one of them for the certificates. */
const mostKeys = 3;
/** What writers ask for by themselves stays below this; anything dearer waits until the MAC has proved the password. */
const mostHashes = 100_000;

type OpenedPart = Opened<PartContents> | undefined;

/** Something that is being decrypted, on an account of its own. */
interface Begun<T> {
  readonly result: Promise<T>;
  readonly budget: IterationBudget;
}

/**
 * What is begun before the MAC is made, so that it is ready soon after: nobody sees any of it before the MAC is found to be right.
 * What is under PBES2, whose derivations are OpenSSL's, other threads decrypt; PKCS#12's own derivations go along with the MAC's.
 */
export class HeadStart {
  readonly #parts = new Map<SafePart, Begun<OpenedPart>>();
  readonly #keys = new Map<Bag, Begun<PrivateKey | undefined>>();

  constructor(
    private readonly password: Password,
    private readonly budget: IterationBudget,
  ) {}

  /** Begins with the first part that is encrypted, and with the first keys that are at hand. */
  begin(parts: readonly (SafePart & { readonly bags: readonly Bag[] | undefined })[]): void {
    const encrypted = parts.find((part) => part.algorithm);
    if (encrypted?.algorithm && this.#isForThreads(encrypted.algorithm, encrypted.path))
      this.#parts.set(
        encrypted,
        this.#begin((budget) => openPart(encrypted, this.password, budget)),
      );
    const shrouded = parts.flatMap((part) => part.bags ?? []).filter(({ oid }) => oid === Pkcs12Oid.shroudedKeyBag);
    for (const bag of shrouded.slice(0, mostKeys)) {
      const key = readable(() => encryptedPrivateKeyFrom(bag.value, bag.path));
      if (key && this.#isForThreads(key.algorithm, bag.path))
        this.#keys.set(
          bag,
          this.#begin((budget) => decryptPrivateKey(key, this.password, budget)),
        );
    }
  }

  /** The contents of a part, whether it was begun with or not. */
  part(part: SafePart): Promise<OpenedPart> {
    const begun = this.#parts.get(part);
    this.#parts.delete(part);
    return begun ? this.#paid(begun, part.path) : openPart(part, this.password, this.budget);
  }

  /** A key that was begun with; it is the caller's to overwrite. */
  key(bag: Bag): Promise<PrivateKey | undefined> | undefined {
    const begun = this.#keys.get(bag);
    this.#keys.delete(bag);
    return begun && this.#paid(begun, bag.path);
  }

  /** Overwrites what nobody asked for. */
  async end(): Promise<void> {
    for (const part of await Promise.allSettled([...this.#parts.values()].map(({ result }) => result)))
      if (part.status === 'fulfilled') wipe(part.value?.value.plain);
    for (const key of await Promise.allSettled([...this.#keys.values()].map(({ result }) => result)))
      if (key.status === 'fulfilled') wipe(key.value?.pkcs8);
  }

  #begin<T>(open: (budget: IterationBudget) => Promise<T>): Begun<T> {
    const budget = new IterationBudget(this.budget.limits);
    return { result: handled(open(budget)), budget };
  }

  /** What was begun is paid for when it is asked for, as if it were done then. */
  async #paid<T>({ result, budget }: Begun<T>, path: string): Promise<T> {
    const opened = await result;
    this.budget.spend({ iterations: 0, hashes: budget.spent }, path);
    return opened;
  }

  /** What is under PKCS#12's own schemes is announced by the way. */
  #isForThreads(algorithm: AlgorithmIdentifier, path: string): boolean {
    const scheme = readable(() => readPbeScheme(algorithm, this.budget.limits, path));
    scheme?.announce?.(this.#companions());
    return scheme !== undefined && algorithm.oid === Oid.pbes2 && scheme.work.hashes <= mostHashes;
  }

  #companions(): Pkcs12Companions {
    const [form] = this.password.forms('bmp');
    return (this.password.companions ??= new Pkcs12Companions(form?.bytes ?? new Uint8Array()));
  }
}

/** Whoever asks for it is told what went wrong; if nobody does, it is nobody's concern. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** What cannot be read is told when it is its turn. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}
