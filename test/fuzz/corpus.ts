import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadKeyStore } from '../../src/keystore/load.js';
import { type Expectation, expectation, fixture, fixtureNames, folder } from '../fixtures.js';

/** Larger files say nothing that small ones do not, and take the time of a hundred of them. */
const mostBytes = 20_000;

/** A keystore and how it is opened. */
export interface KnownStore {
  readonly bytes: Uint8Array;
  readonly storePass: string;
  readonly keyPass: Expectation['keyPass'];
}

export function storesOfType(...types: readonly string[]): KnownStore[] {
  return fixtureNames()
    .filter((path) => types.includes(expectation(path).type))
    .map((path) => {
      // Java's null password is written as null.
      const { storePass, keyPass } = expectation(path);
      return { bytes: fixture(path), storePass: storePass ?? '', keyPass };
    })
    .filter(({ bytes }) => bytes.length <= mostBytes);
}

/** Every file among the fixtures that is no JSON, of any kind. */
export function allFiles(): Uint8Array[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/\.(json|java|sh|md)$/.test(path) && statSync(join(folder, path)).isFile())
    .map((path) => new Uint8Array(readFileSync(join(folder, path))))
    .filter(({ length }) => length <= mostBytes);
}

/** Files of the directories that hold certificates and keys by themselves. */
export function filesIn(...folders: readonly string[]): Uint8Array[] {
  return folders.flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((path) => !path.endsWith('.json'))
      .map((path) => fixture(join(name, path))),
  );
}

/** DER of the certificates and keys in the stores of Java's own format. */
export async function storedObjects(): Promise<{ certificates: Uint8Array[]; keys: Uint8Array[] }> {
  const certificates = new Map<string, Uint8Array>();
  const keys: Uint8Array[] = [];
  for (const { bytes, storePass, keyPass } of storesOfType('JKS', 'CaseExactJKS')) {
    const store = await loadKeyStore(bytes, { storePass });
    for (const { sha256, der } of store.certificates) certificates.set(sha256, der);
    for (const entry of store)
      if (entry.kind === 'PrivateKeyEntry') keys.push((await entry.getPrivateKey(keyPass?.[entry.alias])).pkcs8);
  }
  return { certificates: [...certificates.values()], keys };
}
