import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './project.js';

export const folder = join(project, 'fixtures/');

/** What the JSON beside a keystore says: what Java itself, or the tool named, finds in it. */
export interface Expectation {
  readonly type: string;
  readonly storePass?: string;
  readonly keyPass?: Readonly<Record<string, string>>;
  readonly tool: string;
  readonly certificates?: readonly string[];
  readonly entries: readonly ExpectedEntry[];
}

export interface ExpectedEntry {
  readonly alias: string;
  readonly kind: 'PrivateKeyEntry' | 'trustedCertEntry' | 'SecretKeyEntry' | 'PublicKeyEntry';
  readonly creationDate?: string;
  readonly certificates?: readonly string[];
  readonly privateKey?: { readonly algorithm: string; readonly sha256: string };
  readonly secretKey?: { readonly algorithm: string; readonly sha256: string };
}

export function fixture(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, path)));
}

export function expectation(path: string): Expectation {
  return JSON.parse(readFileSync(join(folder, `${path}.json`), 'utf8'));
}

/** Every keystore with an expectation, by its path in fixtures/. */
export function fixtureNames(subfolder = '.'): string[] {
  return readdirSync(join(folder, subfolder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => join(subfolder, path.slice(0, -'.json'.length)))
    .sort();
}

/** Those of the types given. */
export function fixturesOfType(...types: readonly string[]): string[] {
  return fixtureNames().filter((path) => types.includes(expectation(path).type));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
