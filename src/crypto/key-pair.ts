import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Asn1Element } from '../asn1/element.js';
import { wipe } from '../bytes/wipe.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';

/** OpenSSL's form of the key; undefined if this OpenSSL does not know its algorithm or finds it broken. */
export function toKeyObject(key: PrivateKey): KeyObject | undefined {
  let loadable: Uint8Array | undefined;
  try {
    loadable = normalizePkcs8(key.pkcs8);
    const view = Buffer.from(loadable.buffer, loadable.byteOffset, loadable.length);
    return createPrivateKey({ key: view, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  } finally {
    if (loadable !== key.pkcs8) wipe(loadable);
  }
}

/**
 * Whether a private key and the public key of a certificate are a pair.
 * @returns undefined if this OpenSSL cannot tell, because it does not know the algorithm of one of them
 */
export function fitsCertificate(key: PrivateKey, certificateDer: Uint8Array): boolean | undefined {
  const keyObject = toKeyObject(key);
  if (keyObject === undefined) return undefined;
  try {
    const certificate = new X509Certificate(certificateDer);
    if (certificate.publicKey.asymmetricKeyType !== keyObject.asymmetricKeyType) {
      // An RSA key restricted to PSS may have been certified without the restriction: the modulus decides.
      return samePublicKey(certificate.publicKey, createPublicKey(keyObject));
    }
    return certificate.checkPrivateKey(keyObject);
  } catch {
    return undefined;
  }
}

function samePublicKey(a: KeyObject, b: KeyObject): boolean {
  const numbers = (key: KeyObject) => {
    const spki = Asn1Element.only(key.export({ format: 'der', type: 'spki' }), 'public key');
    const bits = spki.sequence('SubjectPublicKeyInfo')[1];
    return bits === undefined ? '' : Buffer.from(bits.content).toString('hex');
  };
  return numbers(a) === numbers(b);
}
