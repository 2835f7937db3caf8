import { Asn1Element } from '../../asn1/element.js';
import { wipingOnError } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { mayRetry } from '../../crypto/kdf/open-with-password.js';
import type { Password } from '../../crypto/kdf/password-variants.js';
import { type PrivateKey, readPrivateKeyInfo } from '../../crypto/key/private-key.js';
import { secretKey } from '../../crypto/key/secret-key.js';
import { readBcfksEncryption } from '../../crypto/pbe/bcfks-encryption.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../crypto/pbe/decrypt-private-key.js';
import { StoreMalformedError } from '../../errors.js';
import { type Limits, requireFewWarnings, requireWithin } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import { type KeyContext, openKey, privateKeyEntry } from '../entry/private-key-entry.js';
import { readStoredCertificate } from '../entry/stored-certificate.js';
import type { Entry } from '../types.js';
import type { BcfksObject } from './object-data.js';
import { openBcfksSecretKey } from './secret-key.js';

/** Entry types of BcFKSKeyStoreSpi. The keys of "protected" entries were encrypted by the program that stored them. */
const objectType = {
  certificate: 0,
  privateKey: 1,
  secretKey: 2,
  protectedPrivateKey: 3,
  protectedSecretKey: 4,
  /** A password with the parameters of a key derivation. Bouncy Castle's FIPS provider writes such entries. */
  passwordBasedKey: 5,
} as const;

/** The values that are needed to open the key of an entry, except its alias. */
type EntryContext = Omit<KeyContext, 'alias'>;

/**
 * Creates the entry of one object without decrypting its key. If the object cannot be read, a warning is added instead, because the other
 * objects do not depend on it.
 */
export function bcfksEntry(object: BcfksObject, context: EntryContext): Entry | undefined {
  const { alias, path } = object;
  const { warnings } = context;
  requireFewWarnings(warnings, path);
  try {
    return readEntry(object, { ...context, alias });
  } catch (error) {
    if (!(error instanceof StoreMalformedError)) throw error;
    warnings.push({ code: 'WARN_ENTRY_UNREADABLE', message: `${error.message}; left out`, alias });
    return undefined;
  }
}

function readEntry(object: BcfksObject, context: KeyContext): Entry | undefined {
  const { alias, lastModified: creationDate, path, data } = object;
  const { warnings } = context;
  switch (object.type) {
    case objectType.certificate: {
      const certificate = readStoredCertificate('X.509', data, { path, alias, warnings });
      return certificate && { kind: 'trustedCertEntry', alias, creationDate, certificate };
    }
    case objectType.privateKey:
    case objectType.protectedPrivateKey:
      return privateEntry(object, context);
    case objectType.secretKey:
    case objectType.passwordBasedKey:
      return secretEntry(object, Asn1Element.only(data, path), context);
    case objectType.protectedSecretKey:
      return protectedSecretEntry(object, context);
    default: {
      const message = `${path}: entry type ${object.type} is not known; left out`;
      warnings.push({ code: 'WARN_ENTRY_UNREADABLE', message, alias });
      return undefined;
    }
  }
}

/** Reads EncryptedPrivateKeyData: SEQUENCE { EncryptedPrivateKeyInfo, SEQUENCE OF Certificate }. */
function privateEntry(object: BcfksObject, context: KeyContext): Entry {
  const { alias, lastModified: creationDate, path, data } = object;
  const { limits, warnings } = context;
  const parts = Asn1Element.only(data, path);
  const [info, certificates] = parts.sequence('EncryptedPrivateKeyData');
  if (!info) throw parts.malformed('EncryptedPrivateKeyData: empty');
  const stored = certificates?.sequence('certificate chain') ?? [];
  requireWithin(limits, 'chainLength', stored.length, path);
  const chain: (Certificate | undefined)[] = stored.map(({ raw }, i) =>
    readStoredCertificate('X.509', raw, { path: `${path}, certificate ${i + 1}`, alias, warnings }),
  );
  return privateKeyEntry({
    ...context,
    creationDate,
    // Without the leaf, the other certificates are not the chain of this key.
    certificateChain: chain[0] ? chain.filter((certificate) => certificate !== undefined) : [],
    open: (password) => openPrivateKey(info.raw, password, limits, `${path}, key`),
  });
}

async function openPrivateKey(
  info: Uint8Array,
  password: Password,
  limits: Limits,
  path: string,
): Promise<PrivateKey | undefined> {
  const encrypted = readEncryptedPrivateKey(info, path);
  const encryption = readBcfksEncryption(encrypted.algorithm, limits, path);
  const budget = new IterationBudget(limits);
  if (encryption === undefined) return decryptPrivateKey(encrypted, password, budget);
  const plain = await password.firstThatOpens(
    (text) => encryption.decrypt(encrypted.encrypted, text, 'PRIVATE_KEY_ENCRYPTION', budget),
    () => mayRetry({ hashes: budget.spent }, budget),
  );
  return plain && wipingOnError([plain], () => readPrivateKeyInfo(plain, `${path}, decrypted`));
}

function secretEntry(object: BcfksObject, data: Asn1Element, context: KeyContext): Entry {
  const { alias, lastModified: creationDate, path } = object;
  const open = (password: Password) => {
    const budget = new IterationBudget(context.limits);
    return password.firstThatOpens(
      (text) => openBcfksSecretKey(data, text, budget, `${path}, key`),
      () => mayRetry({ hashes: budget.spent }, budget),
    );
  };
  return {
    kind: 'SecretKeyEntry',
    alias,
    creationDate,
    getSecretKey: (keyPass) => openKey(context, 'getSecretKey', keyPass, open),
  };
}

/**
 * Creates the entry of a secret key that a program passed to KeyStore.setKeyEntry as bytes. If they have the form of
 * EncryptedSecretKeyData, the key can be decrypted. Other bytes are returned unchanged as the key, because only the program that stored
 * them knows their meaning.
 */
function protectedSecretEntry(object: BcfksObject, context: KeyContext): Entry {
  const { alias, lastModified: creationDate, path, data } = object;
  const encrypted = asEncryptedSecretKey(data, path);
  if (encrypted) return secretEntry(object, encrypted, context);
  const getSecretKey = async () => secretKey('RAW', new Uint8Array(data));
  return { kind: 'SecretKeyEntry', alias, creationDate, getSecretKey };
}

function asEncryptedSecretKey(data: Uint8Array, path: string): Asn1Element | undefined {
  try {
    const element = Asn1Element.only(data, path);
    return element.sequence('EncryptedSecretKeyData').length === 2 ? element : undefined;
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}
