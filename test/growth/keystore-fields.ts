import { encodeElement, encodeOctetString, encodeSequence } from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { convert } from '../../src/convert/convert.js';
import { convertTrusted } from '../../src/convert/convert-trusted.js';
import { Jks2PemError } from '../../src/errors.js';
import { detectStoreType } from '../../src/keystore/detect/detect.js';
import { certificatesOf } from '../../src/keystore/entry/certificates-of-entry.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import { certificateGraph } from '../../src/x509/path/certificate-graph.js';
import { certificateObject, makeBcfks } from '../keystore/bcfks/bcfks-maker.js';
import { certificateEntry, makeBks } from '../keystore/bks/bks-maker.js';
import { makeUber } from '../keystore/bks/uber-maker.js';
import { javaObject, sealed, secretKeySpec, stream } from '../keystore/jks/java-stream-maker.js';
import { keyEntry, makeJks, protectKey, trustedEntry, u32 } from '../keystore/jks/jks-maker.js';
import {
  Bag,
  bag,
  certificateBag,
  fakePair,
  keyBag,
  pfx,
  plainPart,
  realKey,
  toBer,
} from '../keystore/pkcs12/pkcs12-maker.js';
import { leafOf, now, party, root } from '../x509/certificate-maker.js';
import { differentCertificates, key, unchecked } from './certificates.js';
import { type Field, field, times } from './field.js';

const storePass = 'changeit';
const { der } = root(party('CA', key), { signer: unchecked });
const aliases = {
  'of different aliases': (i: number) => `alias ${i}`,
  'of one alias': () => 'alias',
  'of aliases that differ in case': (i: number) => [...i.toString(2)].map((bit) => (bit === '1' ? 'A' : 'a')).join(''),
};

/** Opens a store and does what `list` and `convert` do with what is in it. */
function use(bytes: Uint8Array): () => Promise<void> {
  return async () => {
    detectStoreType(bytes);
    const store = await loadKeyStore(bytes, { storePass });
    for (const entry of store) certificatesOf(entry);
    for (const alias of store.aliases().slice(0, 100)) store.getEntry(alias.toUpperCase());
    certificateGraph(store.certificates);
    for (const work of [() => convertTrusted(bytes, { storePass }), () => convert(bytes, { storePass, now })]) {
      try {
        await work();
      } catch (error) {
        // A store has trusted certificates, or a key that can be converted, or neither.
        if (!(error instanceof Jks2PemError)) throw error;
      }
    }
  };
}

type Format = readonly [
  name: string,
  make: (entries: readonly (readonly [alias: string, der: Uint8Array])[]) => Uint8Array,
];
const formats: readonly Format[] = [
  ['JKS', (entries) => makeJks({ entries: entries.map(([alias, bytes]) => trustedEntry(alias, { der: bytes })) })],
  [
    'BKS',
    (entries) =>
      makeBks(
        entries.map(([alias, bytes]) => certificateEntry({ alias }, bytes)),
        storePass,
      ),
  ],
  [
    'UBER',
    (entries) =>
      makeUber(
        entries.map(([alias, bytes]) => certificateEntry({ alias }, bytes)),
        storePass,
      ),
  ],
  ['BCFKS', (entries) => makeBcfks({ objects: entries.map(([alias, bytes]) => certificateObject(alias, bytes)) })],
  [
    'PKCS12',
    (entries) => pfx([plainPart(...entries.map(([name, bytes]) => certificateBag(bytes, { name, trusted: true })))]),
  ],
];

const entryFields = formats.flatMap(([format, make]) => [
  ...Object.entries(aliases).map(([title, aliasOf]) =>
    field(`${format}: entries ${title}`, 2 ** 12, (size) =>
      use(make(differentCertificates(size).map((bytes, i) => [aliasOf(i), bytes]))),
    ),
  ),
  field(`${format}: entries with one certificate`, 2 ** 12, (size) =>
    use(make(times(size, (i) => [`alias ${i}`, der]))),
  ),
  // writeUTF has two octets for the length.
  field(`${format}: length of an alias`, 2 ** 14, (size) => use(make([['a'.repeat(size), der]]))),
  field(`${format}: length of an alias of NULs`, 2 ** 13, (size) => use(make([[`${'\0'.repeat(size)}a`, der]]))),
  field(`${format}: length of a certificate`, 2 ** 19, (size) =>
    use(make([['alias', root(party('CA', key), { signer: { ...unchecked, sign: () => new Uint8Array(size) } }).der]])),
  ),
]);

const leaf = leafOf(party('CA', key), { key });
const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
const hidden = protectKey(pkcs8, storePass);
const chainOf = (size: number) => [leaf.der, ...differentCertificates(size)].map((bytes) => ({ der: bytes }));

const otherFields: readonly Field[] = [
  field('JKS: certificates of a chain', 2 ** 9, (size) =>
    use(makeJks({ entries: [keyEntry('alias', hidden, chainOf(size))] })),
  ),
  field('JKS: keys', 2 ** 9, (size) =>
    use(makeJks({ entries: times(size, (i) => keyEntry(`alias ${i}`, hidden, [{ der: leaf.der }])) })),
  ),
  field('JKS: length of a protected key', 2 ** 22, (size) =>
    use(makeJks({ entries: [keyEntry('alias', encodeSequence(new Uint8Array(size)), [{ der: leaf.der }])] })),
  ),
  field('JKS: certificates as PEM', 2 ** 9, (size) => {
    const pem = Buffer.from(
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
    );
    return use(makeJks({ entries: times(size, (i) => trustedEntry(`alias ${i}`, { der: pem })) }));
  }),
  field('JCEKS: fields of a serialized key', 2 ** 9, (size) => {
    const fields = times(size, (i) => ({ name: `f${i}`, type: 'I', value: Uint8Array.of(0, 0, 0, 1) }));
    return useSecret(secretEntry(stream(javaObject('org.example.Key', fields))));
  }),
  field('JCEKS: length of a string of a serialized key', 2 ** 15, (size) =>
    useSecret(secretEntry(secretKeySpec('A'.repeat(size), new Uint8Array(16)))),
  ),
  field('JCEKS: length of a secret key', 2 ** 18, (size) =>
    useSecret(secretEntry(secretKeySpec('AES', new Uint8Array(size)))),
  ),
  field('PKCS12: keys with one certificate each', 2 ** 8, (size) =>
    use(
      pfx([
        plainPart(
          ...times(size, (i) => keyBag(fakePair(i).pkcs8, undefined, { id: Uint8Array.of(i >> 8, i) })),
          ...times(size, (i) => certificateBag(fakePair(i).certificate, { id: Uint8Array.of(i >> 8, i) })),
        ),
      ]),
    ),
  ),
  field('PKCS12: parts', 2 ** 9, (size) => use(pfx(times(size, () => plainPart(certificateBag(der)))))),
  field('PKCS12: attributes of a bag', 2 ** 11, (size) => {
    const attribute = encodeSequence(
      encodeElement(6, Uint8Array.of(0x2a, 3)),
      encodeElement(0x31, encodeOctetString(new Uint8Array(4))),
    );
    return use(pfx([plainPart(certificateBag(der, { more: times(size, () => attribute) }))]));
  }),
  field('PKCS12: bags of an unknown type', 2 ** 11, (size) =>
    use(pfx([plainPart(...times(size, () => bag('1.2.3', encodeSequence())))])),
  ),
  field('PKCS12: bags in nested SafeContents', 2 ** 10, (size) =>
    use(pfx([plainPart(bag(Bag.safeContents, encodeSequence(...times(size, () => certificateBag(der)))))])),
  ),
  field('PKCS12: length of a local key ID', 2 ** 18, (size) =>
    use(
      pfx([
        plainPart(
          keyBag(realKey(), undefined, { id: new Uint8Array(size) }),
          certificateBag(der, { id: new Uint8Array(size) }),
        ),
      ]),
    ),
  ),
  field('PKCS12: segments of BER octet strings', 2 ** 12, (size) =>
    use(toBer(pfx([plainPart(certificateBag(new Uint8Array(size)))]), 1)),
  ),
  field('PKCS12: length of the encoded file, as base64', 2 ** 18, (size) =>
    use(
      Buffer.from(
        Buffer.from(makeJks({ entries: [trustedEntry('a', { der: new Uint8Array(size) })] })).toString('base64'),
      ),
    ),
  ),
];

function secretEntry(content: Uint8Array): Uint8Array {
  const alias = concat(Uint8Array.of(0, 1), Buffer.from('a'));
  return concat(u32(3), alias, new Uint8Array(8), sealed(content, { password: storePass }));
}

function useSecret(entry: Uint8Array): () => Promise<void> {
  const bytes = makeJks({ magic: 0xcececece, entries: [entry] });
  return async () => {
    try {
      const [secret] = await loadKeyStore(bytes, { storePass });
      if (secret?.kind === 'SecretKeyEntry') await secret.getSecretKey();
    } catch (error) {
      // Beyond the limits on serialized objects, and with classes that are not keys.
      if (!(error instanceof Jks2PemError)) throw error;
    }
  };
}

export const keystoreFields: readonly Field[] = [...entryFields, ...otherFields];
