import { ByteReader } from '../../src/bytes/byte-reader.js';
import { detectStoreType } from '../../src/keystore/detect/detect.js';
import { explainNonKeystore } from '../../src/keystore/detect/other-files.js';
import { readObjectStream } from '../../src/keystore/jks/java-serialization.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import { withDefaults } from '../../src/limits.js';
import { decodePem } from '../../src/pem/decode.js';
import { encodePem } from '../../src/pem/encode.js';
import { examinePem } from '../../src/pem/examine-pem.js';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { sealed, secretKeySpec } from '../keystore/jks/java-stream-maker.js';
import { allFiles, filesIn, storedObjects } from './corpus.js';
import { describe, lowLimits } from './keystore-target.js';
import { mutate, mutateText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, target } from './target.js';

const now = new Date('2026-12-01T00:00:00Z');
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** What stands in PEM files besides base64. */
const pemWords = [
  ...['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----', '-----BEGIN -----'],
  ...['-----END PRIVATE KEY-----', '-----BEGIN RSA PRIVATE KEY-----', '-----BEGIN PKCS7-----', '-----BEGIN '],
  ...['Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,00', '\r', '\n\n', '\u00ef\u00bb\u00bf', '=', '==', '-', ' '],
];

/** Files that are given where a keystore, or certificates, are expected. */
export function fileTargets(): Target[] {
  const files = () => ({ files: allFiles() });
  const pem = async () => {
    const texts = filesIn('story', 'not-keystores').filter((bytes) => Buffer.from(bytes).includes('-----BEGIN '));
    return { ...(await storedObjects()), texts };
  };
  return [
    target('detection', files, async (known, random) => {
      const bytes = random.oneIn(10)
        ? random.bytes(random.below(200))
        : mutate(random.pick(known.files), random, known.files);
      detectStoreType(bytes);
      explainNonKeystore(bytes);
      await loadKeyStore(encodeNowAndThen(bytes, random), { limits: lowLimits });
    }),
    target(
      'certificate-file',
      () => filesIn('story', 'not-keystores'),
      async (known, random) => {
        const certificates = await readCertificateFile(mutate(random.pick(known), random, known), 'fuzz');
        for (const certificate of certificates) describe(certificate);
      },
    ),
    target('pem', pem, (known, random) => {
      decodePem(pemText(known, random));
    }),
    target('installed-pem', pem, (known, random) => {
      examinePem(pemText(known, random), { now, days: 14, hostNames: ['mail.example.com'], keyPass: 'changeit' });
    }),
    target('java-object', javaObjects, (known, random) => {
      const reader = new ByteReader(mutate(random.pick(known), random, known), () => 'fuzz');
      readObjectStream(reader, withDefaults(lowLimits));
    }),
  ];
}

function encodeNowAndThen(bytes: Uint8Array, random: Random): Uint8Array {
  if (!random.oneIn(4)) return bytes;
  const base64 = Buffer.from(bytes).toString('base64');
  // Written here, because encodePem refuses bytes that look like PEM themselves, as some inputs do.
  return latin1(random.oneIn(2) ? base64 : `-----BEGIN PKCS12-----\n${base64}\n-----END PKCS12-----\n`);
}

/** Objects in PEM with changes to the objects, to the text, or to both. */
function pemText(
  { texts, certificates, keys }: { texts: Uint8Array[]; certificates: Uint8Array[]; keys: Uint8Array[] },
  random: Random,
): Uint8Array {
  const perhaps = (der: Uint8Array) => (random.oneIn(2) ? mutate(der, random) : der);
  const blocks = Array.from({ length: 1 + random.below(4) }, () =>
    random.oneIn(3)
      ? encodePem('PRIVATE KEY', perhaps(random.pick(keys)))
      : random.oneIn(3)
        ? random.pick(texts)
        : encodePem('CERTIFICATE', perhaps(random.pick(certificates))),
  );
  const text = Buffer.concat(blocks).toString('latin1');
  return latin1(random.oneIn(2) ? text : mutateText(text, pemWords, random));
}

function javaObjects(): Uint8Array[] {
  const spec = secretKeySpec('AES', new Uint8Array(16));
  return [spec, sealed(spec, { password: 'changeit' })];
}
