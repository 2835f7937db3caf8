import { generateKeyPairSync } from 'node:crypto';
import { encodePem } from '../../src/pem/encode.js';
import type { ParsedCertificate } from '../../src/x509/parsed-certificate.js';
import { clientAuth, ext, type KeyPair, leafOf, newKey, party, root } from '../x509/certificate-maker.js';

/** Issues the certificates of these tests. */
const authority = party('Probe Test CA');
export const authorityCertificate = root(authority);
export const authorityPem = pemOf(authorityCertificate);

/** A key with its certificate, as PEM and parsed. */
export interface CertifiedKey {
  readonly key: string;
  readonly cert: string;
  readonly certificate: ParsedCertificate;
}

const rsa: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A server with an RSA key and an EC key; both certificates are for this host. The EC key is new each time. */
export function dualKeys(host?: string): { readonly rsa: CertifiedKey; readonly ec: CertifiedKey } {
  return { rsa: certified(rsa, host), ec: certified(newKey(), host) };
}

/** A key on one of Edwards' curves, for the same server. */
export function edwardsKey(type: 'ed25519' | 'ed448'): CertifiedKey {
  return certified(type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448'));
}

/** A client of the authority, or of itself. */
export function clientKey(isKnown: boolean): CertifiedKey {
  const key = newKey();
  const issuer = isKnown ? authority : party('Stranger', key);
  const extensions = [ext.basicConstraints(false), ext.extKeyUsage(clientAuth)];
  return toPem(key, leafOf(issuer, { key, host: 'client.example.com', extensions }));
}

function certified(key: KeyPair, host = 'dual.example.com'): CertifiedKey {
  return toPem(key, leafOf(authority, { key, host, to: '2040-01-01' }));
}

function toPem(key: KeyPair, certificate: ParsedCertificate): CertifiedKey {
  const pem = key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { key: pem, cert: pemOf(certificate), certificate };
}

function pemOf({ der }: ParsedCertificate): string {
  return Buffer.from(encodePem('CERTIFICATE', der)).toString();
}
