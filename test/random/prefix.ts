import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Jks2PemError } from '../../src/errors.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { expectation, fixture, folder } from '../fixtures.js';

/** A file, and how it is read: each way gives in one string for each part what was found. */
export interface CutFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly ways: readonly ((bytes: Uint8Array) => Promise<readonly string[]>)[];
}

/** Every file among the fixtures that a user could give in place of a keystore. */
export function cutFiles(): CutFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/\.(json|java|sh|md)$|^\.|^generate\//.test(path) && statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => ({ path, bytes: fixture(path), ways: waysOf(path) }));
}

function waysOf(path: string): CutFile['ways'] {
  const withoutPassword = (bytes: Uint8Array) => contentsOf(bytes, {});
  if (!existsSync(join(folder, `${path}.json`))) return [withoutPassword, certificatesOf];
  // Java's null password is written as null.
  const storePass = expectation(path).storePass ?? '';
  return [withoutPassword, (bytes) => contentsOf(bytes, { storePass })];
}

/** Everything that was found, as one part: half of a keystore must not give half of the entries. */
async function contentsOf(bytes: Uint8Array, options: { storePass?: string }): Promise<string[]> {
  const store = await loadKeyStore(bytes, options);
  const entries = [...store].map(({ kind, alias }) => [kind, alias]);
  const certificates = store.certificates.map(({ sha256 }) => sha256);
  return [JSON.stringify([store.type, store.integrity, entries, certificates])];
}

async function certificatesOf(bytes: Uint8Array): Promise<string[]> {
  return (await readCertificateFile(bytes, 'file')).map(({ sha256 }) => sha256);
}

/**
 * Reads the first `length` bytes in every way.
 * @returns in how many ways they were accepted, as that with which the whole file begins
 * @throws {Error} if they are accepted as anything else, or refused with an error that is not ours
 */
export async function takePrefix({ bytes, ways, path }: CutFile, length: number): Promise<number> {
  let accepted = 0;
  for (const read of ways) {
    const found = await refusedOr(() => read(bytes.subarray(0, length)));
    if (found === undefined) continue;
    accepted++;
    const whole = await read(bytes);
    if (found.some((part, i) => part !== whole[i]))
      throw new Error(`${length} bytes of ${path} are read as something else`);
  }
  return accepted;
}

async function refusedOr<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}
