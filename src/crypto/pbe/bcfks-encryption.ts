import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { Tag } from '../../asn1/tag.js';
import type { Limits } from '../../limits.js';
import { decryptAesCcm } from '../cipher/aes-ccm.js';
import { unwrapAesPadded } from '../cipher/aes-key-wrap.js';
import { type BcfksPurpose, readBcfksDerivation } from '../kdf/bcfks-derivation.js';
import type { IterationBudget } from '../kdf/iteration-budget.js';
import { requireParameters } from '../kdf/salt-and-iterations.js';

/** OIDs of id-aes256-CCM (RFC 5084 2.2) and id-aes256-wrap-pad (RFC 5649 4), below NIST's aes arc. */
const aes256Ccm = '2.16.840.1.101.3.4.1.47';
const aes256WrapPad = '2.16.840.1.101.3.4.1.48';
const keyLength = 32;
/** Default of icvLen (RFC 5084 3.1). */
const defaultTagLength = 12;

/** The encryption of a BCFKS, with its parameters. */
interface BcfksEncryption {
  /**
   * Decrypts with a password.
   * @returns undefined if the password is wrong or the ciphertext was changed; both ciphers detect that
   */
  decrypt(
    ciphertext: Uint8Array,
    password: string,
    purpose: BcfksPurpose,
    budget: IterationBudget,
  ): Uint8Array | undefined;
}

/**
 * Reads PBES2 with AES-256-CCM or AES-256 key wrap, the two ciphers that BcFKSKeyStoreSpi writes.
 * @returns undefined for another algorithm, with which a program may have encrypted a key before storing it
 */
export function readBcfksEncryption(
  algorithm: AlgorithmIdentifier,
  limits: Limits,
  path: string,
): BcfksEncryption | undefined {
  if (algorithm.oid !== Oid.pbes2) return undefined;
  const parameters = requireParameters(algorithm, path);
  const [derivationElement, cipherElement] = parameters.fields(2, 'PBES2 parameters', 'two parts expected');
  const open = readCipher(readAlgorithmIdentifier(cipherElement, 'cipher'), path);
  if (open === undefined) return undefined;
  const derivation = readBcfksDerivation(derivationElement, limits, path);
  if (derivation.keyLength !== undefined && derivation.keyLength !== keyLength) {
    throw derivationElement.malformed(
      `key length: ${derivation.keyLength} does not fit a cipher that takes ${keyLength}`,
    );
  }
  return {
    decrypt: (ciphertext, password, purpose, budget) =>
      derivation.withKey({ password, purpose }, keyLength, budget, (key) => open(key, ciphertext)),
  };
}

type Open = (key: Uint8Array, ciphertext: Uint8Array) => Uint8Array | undefined;

function readCipher(algorithm: AlgorithmIdentifier, path: string): Open | undefined {
  if (algorithm.oid === aes256WrapPad) return unwrapAesPadded;
  if (algorithm.oid !== aes256Ccm) return undefined;
  const { nonce, tagLength } = readCcmParameters(requireParameters(algorithm, path));
  return (key, ciphertext) => decryptAesCcm(key, nonce, tagLength, ciphertext);
}

/** Reads CCMParameters: SEQUENCE { nonce OCTET STRING (7..13), icvLen INTEGER (4, 6, … 16) DEFAULT 12 } (RFC 5084 3.1). */
function readCcmParameters(parameters: Asn1Element): { nonce: Uint8Array; tagLength: number } {
  const [nonceElement, lengthElement] = parameters.sequence('CCM parameters');
  const nonce = nonceElement?.expect(Tag.octetString, 'nonce').octets();
  if (nonce === undefined || nonce.length < 7 || nonce.length > 13)
    throw parameters.malformed('nonce: 7 to 13 bytes expected');
  const tagLength = lengthElement?.smallInteger('tag length') ?? defaultTagLength;
  if (tagLength < 4 || tagLength > 16 || tagLength % 2 !== 0)
    throw parameters.malformed('tag length: 4, 6, … or 16 expected');
  return { nonce, tagLength };
}
