import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { certify, type KeyPair, party, root } from '../../x509/certificate-maker.js';
import { made } from './made-files.js';
import { dates, newRsaKey, pemOf } from './sites.js';

/** Keys of the certificates: RSA-2048, as most roots have, makes 800 bytes of a certificate, P-256 half as much. */
export type KeyKind = 'RSA-2048' | 'P-256';

const count = 10_000;

/** PEM of 10,000 certificates of CAs, no two alike. */
export function trustedCertificates(kind: KeyKind): string {
  return made(`trusted-${kind}.pem`, (path) => {
    const make = kind === 'P-256' ? selfSigned : signedByOne();
    writeFileSync(path, pemOf(Array.from({ length: count }, (_, number) => make(`CN=CA ${number},O=Example,C=DE`))));
  });
}

function selfSigned(name: string) {
  return root(party(name, generateKeyPairSync('ec', { namedCurve: 'P-256' })), dates);
}

/** Ten thousand RSA keys would take an hour: these are random numbers of their size, and one real key signs. */
function signedByOne() {
  const issuer = party('CN=Example Root,O=Example,C=DE', newRsaKey());
  return (name: string) => {
    const modulus = randomBytes(256);
    modulus[0] = (modulus[0] as number) | 0x80;
    modulus[255] = (modulus[255] as number) | 1;
    const publicKey = createPublicKey({
      key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' },
      format: 'jwk',
    });
    const key: KeyPair = { publicKey, privateKey: issuer.key.privateKey };
    return certify(party(name, key), issuer, dates);
  };
}
