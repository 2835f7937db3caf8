import type { ParsedCertificate } from './parsed-certificate.js';
import { curveBits, keyDetails } from './public-key.js';

/**
 * Returns the cost of a signature check with the issuer's key. The unit is a check with a common key (RSA 2048 to 4096, P-256, Ed25519),
 * which takes 0.15 to 0.25 ms including the import of the key. For other keys the cost is estimated from their size, at one to four times
 * what was measured with OpenSSL 3.0: P-384 0.5 ms, P-521 1.3 ms, binary curves of 571 bits 2.8 ms, DSA 3072 1.1 ms. The largest keys that
 * OpenSSL accepts cost tens of units, as does an RSA exponent as long as the modulus.
 */
export function signatureCost(issuer: ParsedCertificate): number {
  return issuer.once(costOfKey);
}

function costOfKey(issuer: ParsedCertificate): number {
  const { modulusLength, namedCurve, publicExponent } = keyDetails(issuer);
  if (namedCurve !== undefined)
    return namedCurve === 'prime256v1' ? 1 : Math.ceil(((curveBits(namedCurve) ?? 521) / 128) ** 2);
  if (modulusLength === undefined) return 1;
  // A key with a modulus and no exponent is a DSA key.
  if (publicExponent === undefined) return Math.ceil((modulusLength / 1024) ** 2);
  return Math.ceil((modulusLength / 4096) ** 2) * Math.ceil(publicExponent.toString(2).length / 32);
}
