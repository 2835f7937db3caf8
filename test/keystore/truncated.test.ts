import { expect, test } from 'vitest';
import { encodeSequence } from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { StoreType } from '../../src/keystore/types.js';
import { certificateEntry, clearKeyEntry, makeBks, protectedEntry, sealedEntry, secretKey } from './bks/bks-maker.js';
import { sealed, secretKeySpec } from './jks/java-stream-maker.js';
import { keyEntry, makeJks, trustedEntry, u32 } from './jks/jks-maker.js';

/* Where a file is cut off, the message names the entry and the field. */

const storePass = 'changeit';
const der = encodeSequence();
const aes = new Uint8Array(16);

/** What the messages name if the file is cut off at each length, each once. */
async function missingFields(bytes: Uint8Array, type: StoreType): Promise<string[]> {
  const found = new Set<string>();
  for (let length = 0; length < bytes.length; length++) {
    const error = await loadKeyStore(bytes.subarray(0, length), { type }).catch((reason: unknown) => reason);
    found.add(/^(.*): \d+ bytes wanted, \d+ left/.exec((error as Error).message)?.[1] ?? String(error));
  }
  return [...found];
}

const fieldsOf = (path: string, ...fields: readonly (string | readonly string[])[]) =>
  fields.flat().map((field) => `${path}: ${field}`);
/** A text or a byte array: its length, then its bytes. */
const counted = (field: string) => [`length of ${field}`, field];
// A length that is more than what is left of the file is reported in place of the certificate or key.
const storedCertificate = [...counted('certificate type'), 'length of certificate'];

test('JKS', async () => {
  const bytes = makeJks({ entries: [keyEntry('a', Uint8Array.of(1), [{ der }]), trustedEntry('b', { der })] });
  expect(await missingFields(bytes, 'JKS')).toEqual([
    ...fieldsOf('JKS store', 'magic number', 'version', 'number of entries'),
    ...fieldsOf('entry 1', 'tag', counted('alias')),
    ...fieldsOf('entry 1 "a"', 'creation date', 'length of key', 'chain length'),
    ...fieldsOf('entry 1 "a", certificate 1', storedCertificate),
    ...fieldsOf('entry 2', 'tag', counted('alias')),
    ...fieldsOf('entry 2 "b"', 'creation date', storedCertificate),
    'JKS store: digest',
  ]);
});

test('JCEKS', async () => {
  const header = concat(u32(3), Uint8Array.of(0, 1, 0x61), new Uint8Array(8));
  const secret = sealed(secretKeySpec('AES', aes), { password: storePass });
  const bytes = makeJks({ magic: 0xcececece, entries: [concat(header, secret)] });
  expect(await missingFields(bytes, 'JCEKS')).toEqual([
    ...fieldsOf('JCEKS store', 'magic number', 'version', 'number of entries'),
    ...fieldsOf('entry 1', 'tag', counted('alias')),
    ...fieldsOf('entry 1 "a"', 'creation date', 'magic number', 'stream version', 'type code', 'class description'),
    ...fieldsOf('entry 1 "a"', counted('class name'), 'serial version', 'flags', 'number of fields', 'field type'),
    ...fieldsOf('entry 1 "a"', counted('field name'), counted('string'), 'array length', 'array'),
    'JCEKS store: digest',
  ]);
});

test('BKS', async () => {
  const entries = [
    certificateEntry({ alias: 'a' }, der),
    clearKeyEntry({ alias: 'b', chain: [der] }, secretKey(aes)),
    protectedEntry({ alias: 'c' }, aes),
    sealedEntry({ alias: 'd' }, secretKey(aes), storePass),
  ];
  const start = (number: number) => fieldsOf(`entry ${number}`, 'type of entry', counted('alias'));
  expect(await missingFields(makeBks(entries, storePass), 'BKS')).toEqual([
    ...fieldsOf('BKS store', 'version', 'salt length', 'salt', 'iteration count'),
    ...start(1),
    ...fieldsOf('entry 1 "a"', 'creation date', 'chain length', storedCertificate),
    ...start(2),
    ...fieldsOf('entry 2 "b"', 'creation date', 'chain length'),
    ...fieldsOf('entry 2 "b", certificate 1', storedCertificate),
    ...fieldsOf('entry 2 "b"', 'key type', counted('key format'), counted('key algorithm'), 'length of key'),
    ...start(3),
    ...fieldsOf('entry 3 "c"', 'creation date', 'chain length', 'length of protected key'),
    ...start(4),
    ...fieldsOf('entry 4 "d"', 'creation date', 'chain length', 'length of sealed key'),
    'entry 5: type of entry',
    'BKS store: MAC',
  ]);
});
