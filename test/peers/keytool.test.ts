import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadKeyStore } from '../../src/keystore/load.js';
import { decodePem } from '../../src/pem/decode.js';
import { expectation, fixture, fixturesOfType, sha256 } from '../fixtures.js';
import { javaHomes, outputOf } from './tool.js';

const folder = new URL('../../fixtures', import.meta.url).pathname;

/** keytool asks for at least six characters, so it cannot be given an empty password. */
const paths = fixturesOfType('JKS').filter((path) => expectation(path).storePass !== '');
/** keytool 25 takes a key without any certificate for a secret key, and stops with a ClassCastException. */
const beyondKeytool = ['jks/no-chain.jks'];

describe.each(javaHomes())('keytool of %s', (home) => {
  test.each(paths.filter((path) => !beyondKeytool.includes(path)))(
    'finds in %s the certificates that we find',
    async (path) => {
      const { storePass = '' } = expectation(path);
      const listing = outputOf(`${home}/bin/keytool`, [
        '-list',
        // Reads what JKS reads, and finds aliases that are not in lower case.
        '-storetype',
        'CaseExactJKS',
        '-rfc',
        '-keystore',
        `${folder}/${path}`,
        '-storepass',
        storePass,
      ]);
      const theirs = decodePem(listing).map((block) => sha256(block.der));
      const ours = [...(await loadKeyStore(fixture(path), { storePass }))].flatMap((entry) => {
        if (entry.kind === 'trustedCertEntry') return [entry.certificate.sha256];
        return entry.kind === 'PrivateKeyEntry' ? entry.certificateChain.map((certificate) => certificate.sha256) : [];
      });
      expect(theirs.sort()).toEqual(ours.sort());
    },
  );
});

describe('java.security.KeyStore gives the keys that we give', () => {
  const classes = mkdtempSync(join(tmpdir(), 'jks2pem-java-'));
  beforeAll(() => void outputOf('javac', ['-d', classes, new URL('ExportKey.java', import.meta.url).pathname]));
  afterAll(() => rmSync(classes, { recursive: true }));
  const keys = paths.flatMap((path) => {
    const { entries, keyPass, storePass = '' } = expectation(path);
    return entries
      .filter(({ kind, alias }) => kind === 'PrivateKeyEntry' && isPlain(alias))
      .map(({ alias }) => ({ path, alias, storePass, keyPass: keyPass?.[alias] ?? storePass }));
  });

  test.each(keys)('$path $alias', async ({ path, alias, storePass, keyPass }) => {
    const entry = (await loadKeyStore(fixture(path), { storePass })).getEntry(alias);
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error(`no private key ${alias}`);
    const ours = await entry.getPrivateKey(keyPass);
    // CaseExactJKS reads what JKS reads, and finds aliases that are not in lower case.
    const theirs = outputOf('java', [
      '-cp',
      classes,
      'ExportKey',
      'CaseExactJKS',
      `${folder}/${path}`,
      storePass,
      alias,
      keyPass,
    ]);
    expect(sha256(theirs)).toBe(sha256(ours.pkcs8));
  });
});

/** What an argument of a process can carry in any locale. */
function isPlain(alias: string): boolean {
  return /^[\x21-\x7e]+$/.test(alias);
}
