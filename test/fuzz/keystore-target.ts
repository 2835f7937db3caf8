import { Jks2PemError } from '../../src/errors.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { KeyStore, StoreType } from '../../src/keystore/types.js';
import type { Limits } from '../../src/limits.js';
import { allFiles, type KnownStore, storedObjects, storesOfType } from './corpus.js';
import { mutate } from './mutation.js';
import { sealers } from './sealer.js';
import { type Target, target } from './target.js';

/** Enough for every fixture, and too little to hide a fault behind the time a derivation is allowed to take. */
export const lowLimits: Partial<Limits> = {
  iterations: 210_000,
  totalIterations: 500_000,
  bksIterations: 20_000,
  uberIterations: 20_000,
  scryptMemory: 32 * 2 ** 20,
  scryptFactor: 16,
  pathSignatures: 50,
  pathNodes: 1_000,
};

/** One target for the reader of each type. */
export function keystoreTargets(): Target[] {
  const types: readonly (readonly [string, StoreType, readonly string[]])[] = [
    ['jks', 'JKS', ['JKS', 'CaseExactJKS']],
    ['jceks', 'JCEKS', ['JCEKS']],
    ['pkcs12', 'PKCS12', ['PKCS12']],
    ['bks', 'BKS', ['BKS', 'BKS-V1']],
    ['uber', 'UBER', ['UBER']],
    ['bcfks', 'BCFKS', ['BCFKS']],
  ];
  return types.map(([name, type, formats]) =>
    target(
      name,
      async () => ({ stores: storesOfType(...formats), donors: allFiles(), objects: await storedObjects() }),
      async ({ stores, donors, objects }, random) => {
        const store = random.pick(stores);
        const seal = sealers[type];
        const bytes = random.oneIn(2) ? seal(store, objects, random) : mutate(store.bytes, random, donors);
        await takeEverything(bytes, store, random.oneIn(8) ? type : undefined);
      },
    ),
  );
}

/** Opens with the password and without, and asks for all there is. The first error is thrown when everything was asked. */
async function takeEverything(bytes: Uint8Array, known: KnownStore, type: StoreType | undefined): Promise<void> {
  const options = { limits: lowLimits, ...(type && { type }) };
  const errors: unknown[] = [];
  const attempt = async (act: () => Promise<unknown>) => {
    await act().catch((error: unknown) => errors.push(error));
  };
  await attempt(async () =>
    askAll(await loadKeyStore(bytes, { ...options, storePass: known.storePass }), known, attempt),
  );
  await attempt(async () => askAll(await loadKeyStore(bytes, options), known, attempt));
  throwWorst(errors);
}

type Attempt = (act: () => Promise<unknown>) => Promise<void>;

async function askAll(store: KeyStore, { storePass, keyPass }: KnownStore, attempt: Attempt): Promise<void> {
  void [store.version, store.size, store.warnings, store.aliases().map((alias) => store.getEntry(alias))];
  for (const certificate of store.certificates) describe(certificate);
  let asked = 0;
  for (const entry of store) {
    // Every key has the same budget of its own, so that many of them prove nothing more.
    if (++asked > 8) break;
    const password = keyPass?.[entry.alias];
    if (entry.kind === 'PrivateKeyEntry') {
      await attempt(() => entry.getPrivateKey(password));
      if (store.integrity === 'not-checked') await attempt(() => entry.getPrivateKey(storePass));
    } else if (entry.kind === 'SecretKeyEntry') await attempt(() => entry.getSecretKey(password));
  }
}

/** Reads what is worked out when asked for. */
export function describe(thing: object): void {
  for (const name of Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(thing)))) {
    void (thing as Record<string, unknown>)[name];
  }
}

/** Of several errors the one that is not ours; else the first. */
export function throwWorst(errors: readonly unknown[]): void {
  if (errors.length > 0) throw errors.find((error) => !(error instanceof Jks2PemError)) ?? errors[0];
}
