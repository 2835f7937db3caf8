import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { wipingOnError } from '../../bytes/wipe.js';
import { equalInConstantTime } from '../../crypto/hash/digest.js';
import { hmac } from '../../crypto/hash/hmac.js';
import { readBcfksDerivation } from '../../crypto/kdf/bcfks-derivation.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { readHmac } from '../../crypto/kdf/password-derivation.js';
import { readBcfksEncryption } from '../../crypto/pbe/bcfks-encryption.js';
import { Jks2PemError, PassphraseRequiredError, StoreIntegrityError, StoreUnsupportedError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { wrongPassword } from '../entry/messages.js';
import { readStoredCertificate } from '../entry/stored-certificate.js';
import type { ReaderOptions, StoreContents, StoreReader } from '../reader.js';
import type { Entry } from '../types.js';
import { bcfksEntry } from './entries.js';
import { readBcfksObjects } from './object-data.js';
import { type BcfksFrame, type BcfksMac, bcfksPath, readBcfksFrame } from './object-store.js';

/** What a MAC key has if its derivation does not say; BcFKSKeyStoreSpi always says, and says this. */
const usualMacKeyLength = 64;

/**
 * Bouncy Castle's format for FIPS 140 (org.bouncycastle.jcajce.provider.keystore.bcfks.BcFKSKeyStoreSpi): ASN.1, a MAC over the
 * whole, the whole encrypted, and every key encrypted once more inside. Without a password nothing can be read, unless the
 * writer left the outer encryption out or relied on a signature.
 */
export const readBcfks: StoreReader = async (bytes, options) => {
  const { limits } = options;
  const frame = readBcfksFrame(bytes, limits.asn1Depth);
  const budget = new IterationBudget(limits);
  const warnings: Warning[] = [];
  const integrity = checkIntegrity(frame, options, budget, warnings);
  const { data } = frame;
  if (!data.encrypted) return { ...readContents(data.element, frame, options, warnings), integrity };
  const plain = decryptStore(data, frame.integrity, options, budget);
  return wipingOnError([plain], () => {
    const decrypted = Asn1Element.only(plain, `${bcfksPath}, decrypted`, { maximumDepth: limits.asn1Depth });
    return { ...readContents(decrypted, frame, options, warnings), integrity };
  });
};

function readContents(
  data: Asn1Element,
  frame: BcfksFrame,
  options: ReaderOptions,
  warnings: Warning[],
): Omit<StoreContents, 'integrity'> {
  const { version, integrityAlgorithm, objects } = readBcfksObjects(data, options.limits);
  const { oid } = readAlgorithmIdentifier(frame.integrity.algorithm, 'integrity algorithm');
  // The algorithm stands inside, too, so that nobody can put a weaker check around the same content.
  if (integrityAlgorithm.oid !== oid) {
    throw frame.integrity.algorithm.malformed(
      `integrity algorithm: ${oid}, but ${integrityAlgorithm.oid} inside the store`,
    );
  }
  if (frame.trailing > 0) {
    const message = `${frame.trailing} bytes after the end of the store were left out`;
    warnings.push({ code: 'WARN_TRAILING_BYTES', message });
  }
  const entries: Entry[] = [];
  for (const object of objects) {
    const entry = bcfksEntry(object, options, warnings);
    if (entry) entries.push(entry);
  }
  const looseCertificates = signersOf(frame, warnings);
  return { type: 'BCFKS', version, entries, looseCertificates, warnings };
}

function checkIntegrity(
  { covered, data, integrity }: BcfksFrame,
  options: ReaderOptions,
  budget: IterationBudget,
  warnings: Warning[],
): StoreContents['integrity'] {
  const { storePass } = options;
  if (integrity.kind === 'signature') {
    // A signature proves something only to who knows whose it should be, and no such key can be given to us. What the
    // store is encrypted with is checked all the same, as far as there is a password.
    const message = 'the store is signed, and the signature was not checked: there is no key to trust for it';
    warnings.push({ code: 'WARN_INTEGRITY_NOT_CHECKED', message });
    return 'not-checked';
  }
  if (storePass === undefined) {
    if (data.encrypted)
      throw new PassphraseRequiredError('BCFKS store: nothing in it can be read without its password');
    return 'not-checked';
  }
  if (macFits(covered, integrity, storePass, options, budget)) return 'verified';
  const opened = data.encrypted && decrypts(data, storePass, options, budget);
  throw new StoreIntegrityError(
    opened
      ? 'the password opens the store, but the MAC differs: the file was changed after it was written'
      : wrongPassword,
  );
}

function macFits(
  covered: Uint8Array,
  { algorithm, derivation: element, mac }: BcfksMac,
  password: string,
  { limits }: ReaderOptions,
  budget: IterationBudget,
): boolean {
  const hash = readHmac(algorithm, `${bcfksPath}, MAC`);
  const derivation = readBcfksDerivation(element, limits, `${bcfksPath}, MAC`);
  const keyLength = derivation.keyLength ?? usualMacKeyLength;
  const fits = derivation.withKey({ password, purpose: 'INTEGRITY_CHECK' }, keyLength, budget, (key) =>
    equalInConstantTime(hmac(hash, key, covered), mac) ? true : undefined,
  );
  return fits === true;
}

type Encrypted = Extract<BcfksFrame['data'], { encrypted: true }>;

/** ObjectStoreData. @throws {StoreIntegrityError} if it does not open with the password */
function decryptStore(
  data: Encrypted,
  integrity: BcfksFrame['integrity'],
  options: ReaderOptions,
  budget: IterationBudget,
): Uint8Array {
  const { storePass } = options;
  // Bouncy Castle takes no password for an empty one, and signed stores are written with none.
  const plain = decrypt(data, storePass ?? '', options, budget);
  if (plain) return plain;
  if (storePass === undefined) throw new PassphraseRequiredError('BCFKS store: it is encrypted under a password');
  throw new StoreIntegrityError(
    integrity.kind === 'mac' ? 'the MAC fits the password, but the store does not open with it' : wrongPassword,
  );
}

function decrypt(
  { algorithm, content }: Encrypted,
  password: string,
  { limits }: ReaderOptions,
  budget: IterationBudget,
): Uint8Array | undefined {
  const encryption = readBcfksEncryption(algorithm, limits, bcfksPath);
  if (encryption) return encryption.decrypt(content, password, 'STORE_ENCRYPTION', budget);
  throw new StoreUnsupportedError(`${bcfksPath}: encryption is not supported`, algorithm.oid);
}

/** Whether the encryption, which has a check of its own, takes the password. */
function decrypts(data: Encrypted, password: string, options: ReaderOptions, budget: IterationBudget): boolean {
  try {
    const plain = decrypt(data, password, options, budget);
    plain?.fill(0);
    return plain !== undefined;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/** The certificates that stand beside a signature. They belong to no entry, and what is wrong with them neither. */
function signersOf({ integrity }: BcfksFrame, warnings: Warning[]): Certificate[] {
  if (integrity.kind !== 'signature') return [];
  const found: Warning[] = [];
  const signers = integrity.certificates.map((der, i) =>
    readStoredCertificate('X.509', der, {
      path: `${bcfksPath}, signature, certificate ${i + 1}`,
      alias: '',
      warnings: found,
    }),
  );
  warnings.push(...found.map(({ code, message }) => ({ code, message })));
  return signers.filter((certificate) => certificate !== undefined);
}
