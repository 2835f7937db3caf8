import { Asn1Element } from '../../asn1/element.js';
import { wipingOnError } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { type PrivateKey, readPrivateKeyInfo } from '../../crypto/key/private-key.js';
import { readBcfksEncryption } from '../../crypto/pbe/bcfks-encryption.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../crypto/pbe/encrypted-private-key.js';
import { LimitExceededError, StoreMalformedError } from '../../errors.js';
import { type Limits, requireFewWarnings, requireWithin } from '../../limits.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { openWith, privateKeyEntry } from '../entry/private-key-entry.js';
import { readStoredCertificate } from '../entry/stored-certificate.js';
import type { ReaderOptions } from '../reader.js';
import type { Entry } from '../types.js';
import type { BcfksObject } from './object-data.js';
import { openBcfksSecretKey } from './secret-key.js';

/** BcFKSKeyStoreSpi's types of entry; its "protected" ones were encrypted by the program that stored them. */
const objectType = {
  certificate: 0,
  privateKey: 1,
  secretKey: 2,
  protectedPrivateKey: 3,
  protectedSecretKey: 4,
  /** A password with what a key is derived from it by; Bouncy Castle's FIPS provider. */
  passwordBasedKey: 5,
} as const;

/**
 * The entry of one object; no key is decrypted.
 * @param warnings gets what is wrong with an object that has to be left out, since the others do not depend on it
 */
export function bcfksEntry(object: BcfksObject, options: ReaderOptions, warnings: Warning[]): Entry | undefined {
  const { alias, path } = object;
  requireFewWarnings(warnings, path);
  try {
    return readEntry(object, options, warnings);
  } catch (error) {
    if (!(error instanceof StoreMalformedError)) throw error;
    warnings.push({ code: 'WARN_ENTRY_UNREADABLE', message: `${path}: left out, ${error.message}`, alias });
    return undefined;
  }
}

function readEntry(object: BcfksObject, options: ReaderOptions, warnings: Warning[]): Entry | undefined {
  const { alias, lastModified: creationDate, path, data } = object;
  switch (object.type) {
    case objectType.certificate: {
      const certificate = readStoredCertificate('X.509', data, { path, alias, warnings });
      return certificate && { kind: 'trustedCertEntry', alias, creationDate, certificate };
    }
    case objectType.privateKey:
    case objectType.protectedPrivateKey:
      return privateEntry(object, options, warnings);
    case objectType.secretKey:
    case objectType.passwordBasedKey:
      return secretEntry(object, Asn1Element.only(data, path), options);
    case objectType.protectedSecretKey:
      return protectedSecretEntry(object, options);
    default: {
      const message = `${path}: type ${object.type} is no known kind of entry; left out`;
      warnings.push({ code: 'WARN_ENTRY_UNREADABLE', message, alias });
      return undefined;
    }
  }
}

/** EncryptedPrivateKeyData: SEQUENCE { EncryptedPrivateKeyInfo, SEQUENCE OF Certificate }. */
function privateEntry(object: BcfksObject, { storePass, limits }: ReaderOptions, warnings: Warning[]): Entry {
  const { alias, lastModified: creationDate, path, data } = object;
  const parts = Asn1Element.only(data, path);
  const [info, certificates] = parts.sequence('EncryptedPrivateKeyData');
  if (!info) throw parts.malformed('EncryptedPrivateKeyData: empty');
  const stored = certificates?.sequence('certificate chain') ?? [];
  requireWithin(limits, 'chainLength', stored.length, path);
  const chain: (Certificate | undefined)[] = stored.map(({ raw }, i) =>
    readStoredCertificate('X.509', raw, { path: `${path}, certificate ${i + 1}`, alias, warnings }),
  );
  return privateKeyEntry({
    alias,
    creationDate,
    // Without its leaf the rest is no chain of this key.
    certificateChain: chain[0] ? chain.filter((certificate) => certificate !== undefined) : [],
    storePass,
    open: (password) => openPrivateKey(info.raw, password, limits, `${path}, key`),
  });
}

async function openPrivateKey(
  info: Uint8Array,
  password: string,
  limits: Limits,
  path: string,
): Promise<PrivateKey | undefined> {
  const encrypted = readEncryptedPrivateKey(info, path);
  const encryption = readBcfksEncryption(encrypted.algorithm, limits, path);
  const budget = new IterationBudget(limits);
  if (encryption === undefined) return decryptPrivateKey(encrypted, password, budget);
  const plain = encryption.decrypt(encrypted.encrypted, password, 'PRIVATE_KEY_ENCRYPTION', budget);
  return plain && wipingOnError([plain], () => readPrivateKeyInfo(plain, `${path}, decrypted`));
}

function secretEntry(object: BcfksObject, data: Asn1Element, { storePass, limits }: ReaderOptions): Entry {
  const { alias, lastModified: creationDate, path } = object;
  return {
    kind: 'SecretKeyEntry',
    alias,
    creationDate,
    getSecretKey: (keyPass) =>
      openWith(alias, keyPass, storePass, (password) => openBcfksSecretKey(data, password, limits, `${path}, key`)),
  };
}

/** What KeyStore.setKeyEntry was given as bytes: this format's own encryption, or whatever the program that stored it means by it. */
function protectedSecretEntry(object: BcfksObject, options: ReaderOptions): Entry {
  const { alias, lastModified: creationDate, path, data } = object;
  const own = asSequence(data, path);
  if (own) return secretEntry(object, own, options);
  const getSecretKey = async () => ({ algorithm: 'RAW', key: new Uint8Array(data) });
  return { kind: 'SecretKeyEntry', alias, creationDate, getSecretKey };
}

function asSequence(data: Uint8Array, path: string): Asn1Element | undefined {
  try {
    const element = Asn1Element.only(data, path);
    return element.sequence('EncryptedSecretKeyData').length === 2 ? element : undefined;
  } catch (error) {
    if (error instanceof StoreMalformedError || error instanceof LimitExceededError) return undefined;
    throw error;
  }
}
