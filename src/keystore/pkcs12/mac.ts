import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { wipe } from '../../bytes/wipe.js';
import { equalInConstantTime, hmac } from '../../crypto/hash/digest.js';
import { hashes } from '../../crypto/hash/hash-oids.js';
import type { DerivationWork, IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { payForEncodings } from '../../crypto/kdf/open-with-password.js';
import type { EncodedPassword, Password } from '../../crypto/kdf/password-variants.js';
import { readHmac, readPasswordDerivation } from '../../crypto/kdf/pbkdf2-and-scrypt.js';
import { derivePkcs12, digestLength, Purpose, pkcs12Hashes } from '../../crypto/kdf/pkcs12-kdf.js';
import { readIterations, readSalt, requireParameters } from '../../crypto/kdf/salt-and-iterations.js';
import { hasHash } from '../../crypto/platform.js';
import type { Limits } from '../../limits.js';

/** OID of PBMAC1 (RFC 9879 4). */
const pbmac1 = '1.2.840.113549.1.5.14';

/** Minimum length of a PBMAC1 key in bytes (RFC 9879 9). With a key of one octet, one wrong password in 256 would be accepted. */
const shortestKey = 20;

/** The MAC of a PKCS#12 file, with its parameters. */
interface Pkcs12Mac {
  /** How the password is encoded: as BMPString in RFC 7292, as UTF-8 in RFC 9879. */
  readonly encoding: 'bmp' | 'utf8';
  readonly work: DerivationWork;
  /** Checks whether the MAC of `content` with this encoded password equals the stored MAC. */
  matches(password: Uint8Array, content: Uint8Array): boolean;
}

/**
 * Reads MacData: SEQUENCE { DigestInfo, macSalt, iterations DEFAULT 1 } (RFC 7292 4).
 * @returns the MAC, or the OID of its algorithm if that is not supported
 */
export function readPkcs12Mac(macData: Asn1Element, limits: Limits, path: string): Pkcs12Mac | string {
  const [info, salt, count] = macData.fields(2, 'MacData', 'digest and salt expected');
  const [algorithmElement, digestElement] = info.fields(2, 'DigestInfo', 'algorithm and digest expected');
  const algorithm = readAlgorithmIdentifier(algorithmElement, 'MAC algorithm');
  const stored = digestElement.expect(Tag.octetString, 'MAC').octets();
  // RFC 9879 5: PBMAC1 ignores the salt and the iterations in MacData.
  if (algorithm.oid === pbmac1) return readPbmac1(algorithm, stored, limits, path);
  const hash = hashes.get(algorithm.oid);
  if (hash === undefined || !hasHash(hash)) return algorithm.oid;
  return classicMac(hash, stored, readSalt(salt, limits, path), count === undefined ? 1 : readIterations(count));
}

function classicMac(hash: string, stored: Uint8Array, salt: Uint8Array, iterations: number): Pkcs12Mac {
  const length = digestLength(hash);
  return {
    encoding: 'bmp',
    work: { iterations, hashes: pkcs12Hashes(hash, iterations, length) },
    matches: (password, content) =>
      hasMac(hash, derivePkcs12(hash, password, salt, iterations, Purpose.macKey, length), content, stored),
  };
}

/** Reads PBMAC1-params: SEQUENCE { keyDerivationFunc, messageAuthScheme } (RFC 8018 A.5). */
function readPbmac1(algorithm: AlgorithmIdentifier, stored: Uint8Array, limits: Limits, path: string): Pkcs12Mac {
  const parameters = requireParameters(algorithm, path);
  const [derivationElement, hmacElement] = parameters.fields(2, 'PBMAC1 parameters', 'two parts expected');
  const derivation = readPasswordDerivation(derivationElement, limits, path);
  const hash = readHmac(hmacElement, path);
  const { keyLength } = derivation;
  // RFC 9879 4: the key length is required.
  if (keyLength === undefined) throw derivationElement.malformed('PBMAC1 without a key length');
  if (keyLength < shortestKey)
    throw derivationElement.malformed(
      `PBMAC1 key of ${keyLength} bytes is too short: at least ${shortestKey} expected`,
    );
  return {
    encoding: 'utf8',
    work: derivation.work(keyLength),
    matches: (password, content) => hasMac(hash, derivation.derive(password, keyLength), content, stored),
  };
}

function hasMac(hash: string, key: Uint8Array, content: Uint8Array, stored: Uint8Array): boolean {
  try {
    return equalInConstantTime(hmac(hash, key, content), stored);
  } finally {
    wipe(key);
  }
}

/**
 * Returns the encoding of the password for which the MAC is right; undefined if there is no such encoding. Later decryptions with `password` try this
 * encoding first.
 * @throws {LimitExceededError} if the attempts exceed the budget
 */
export function findMacForm(
  mac: Pkcs12Mac,
  content: Uint8Array,
  password: Password,
  budget: IterationBudget,
  path: string,
): EncodedPassword | undefined {
  for (const form of payForEncodings(password, mac.encoding, mac.work, budget, path)) {
    if (!mac.matches(form.bytes, content)) continue;
    password.confirm(mac.encoding, form);
    return form;
  }
  return undefined;
}
