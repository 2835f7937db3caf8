import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { Jks2PemError } from '../../../src/errors.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { Entry } from '../../../src/keystore/types.js';
import { positions } from '../../effort.js';
import { fixture } from '../../fixtures.js';
import {
  algorithm,
  certificateObject,
  type MadeBcfks,
  makeBcfks,
  privateKeyObject,
  type Style,
  secretKeyObject,
} from './bcfks-maker.js';

const storePass = 'changeit';
const der = fixture('story/intermed.der');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
const aes = Uint8Array.from({ length: 32 }, (_, i) => i);
const objects = [
  certificateObject('trusted', der),
  privateKeyObject('private', pkcs8, [der, der], storePass),
  secretKeyObject('secret', aes, storePass),
];

const load = (made: MadeBcfks) => loadKeyStore(makeBcfks(made), { storePass: made.storePass ?? storePass });

async function keyOf(found: Entry | undefined, keyPass?: string) {
  if (found?.kind === 'PrivateKeyEntry') return toHex((await found.getPrivateKey(keyPass)).pkcs8);
  if (found?.kind === 'SecretKeyEntry') return toHex((await found.getSecretKey(keyPass)).key);
  return undefined;
}

describe('a damaged or hostile BCFKS store', () => {
  test.each([false, true])('is refused at every length short of its own (clear: %s)', async (clear) => {
    const whole = makeBcfks({ objects, clear });
    for (const length of positions(whole.length, 200)) {
      await expect(
        loadKeyStore(whole.subarray(0, length), { storePass, type: 'BCFKS' }),
        `${length} bytes`,
      ).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED', offset: expect.any(Number) });
    }
  });

  test.each([false, true])(
    'is refused with no error but our own whichever byte is changed (clear: %s)',
    async (clear) => {
      const whole = makeBcfks({ objects, clear });
      for (const at of positions(whole.length, 150)) {
        for (const bit of [0x80, 0x01]) {
          const bytes = whole.slice();
          bytes[at] = (bytes[at] as number) ^ bit;
          await loadKeyStore(bytes, { storePass, type: 'BCFKS', limits: { iterations: 100_000 } }).then(
            (store) => expect(at, 'only what nobody reads').toBeGreaterThan(store.size),
            (error) => expect(error, `byte ${at}`).toBeInstanceOf(Jks2PemError),
          );
        }
      }
    },
  );

  test('is read with no error but our own whatever stands inside, if its writer had the password', async () => {
    const plain = privateKeyObject('k', pkcs8, [der], storePass);
    for (const at of positions(plain.length, 150)) {
      const object = plain.slice();
      object[at] = (object[at] as number) ^ 0x80;
      try {
        const store = await load({ objects: [object], clear: true });
        for (const found of store) await keyOf(found);
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(Jks2PemError);
      }
    }
  });

  const scrypt = (N: number, r: number, p: number): Style => ({ scrypt: { N, r, p, effective: r } });
  test.each<[string, Partial<MadeBcfks>, object]>([
    ['version', { version: 2 }, { code: 'ERR_STORE_UNSUPPORTED' }],
    ['iterations', { iterations: 5_000_001 }, { code: 'ERR_LIMIT_EXCEEDED', limit: 'iterations' }],
    ['key length', { keyLength: 1_025 }, { code: 'ERR_LIMIT_EXCEEDED', limit: 'derivedKeyBytes' }],
    ['memory of scrypt', scrypt(2 ** 22, 8, 1), { code: 'ERR_LIMIT_EXCEEDED', limit: 'scryptMemory' }],
    ['block size of scrypt', scrypt(2, 65, 1), { code: 'ERR_LIMIT_EXCEEDED', limit: 'scryptFactor' }],
    ['cost of scrypt', scrypt(3, 8, 1), { code: 'ERR_STORE_MALFORMED' }],
    ['work of scrypt', scrypt(2 ** 15, 64, 1), { code: 'ERR_LIMIT_EXCEEDED', limit: 'iterations' }],
  ])('%s', async (_, made, error) => {
    await expect(load({ objects, ...made })).rejects.toMatchObject(error);
  });

  test('of too many entries or too long a chain is refused', async () => {
    const bytes = makeBcfks({ objects });
    const limited = (limits: object) => loadKeyStore(bytes, { storePass, limits });
    await expect(limited({ entries: 2 })).rejects.toMatchObject({ limit: 'entries' });
    await expect(limited({ chainLength: 1 })).rejects.toMatchObject({ limit: 'chainLength' });
  });

  test('is not worked on beyond the limits of its keys either', async () => {
    const object = privateKeyObject('k', pkcs8, [der], storePass, { iterations: 5_000_001 });
    const store = await load({ objects: [object] });
    await expect(keyOf(store.getEntry('k'))).rejects.toMatchObject({ limit: 'iterations' });
  });

  test('of an algorithm that is not provided is refused by its OID', async () => {
    const pbes1 = algorithm(
      '1.2.840.113549.1.5.3',
      encodeSequence(encodeOctetString(new Uint8Array(8)), encodeInteger(1)),
    );
    const covered = encodeSequence(pbes1, encodeOctetString(new Uint8Array(8)));
    const check = encodeElement(0xa0, encodeSequence(algorithm('1.2.3'), encodeElement(0x03, Uint8Array.of(0))));
    await expect(loadKeyStore(encodeSequence(covered, check), { storePass, type: 'BCFKS' })).rejects.toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      oid: '1.2.840.113549.1.5.3',
    });
  });
});
