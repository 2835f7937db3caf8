import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePem } from '../../../src/pem/encode.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { certify, type KeyPair, leafOf, party, root } from '../../x509/certificate-maker.js';
import { made } from './made-files.js';

/** A company's sites: RSA-2048 throughout, which is what most keystores hold. */
export interface Sites {
  /** PEM of 1,000 site certificates, a few keys among them: that of site N is number N modulo {@link keyCount}. */
  readonly leaves: string;
  /** PEM of the first site certificate alone. */
  readonly leaf: string;
  /** PEM of the intermediate and the root above every site. */
  readonly issuers: string;
  /** PEM files of two roots: that one, and a stranger. */
  readonly trusted: readonly [string, string];
  /** A directory of private keys, PKCS#8 in PEM: `0.pem` and so on. */
  readonly keys: string;
}

export const siteCount = 1_000;
/** Making an RSA key takes longer than anything else here. */
export const keyCount = 20;

export function sites(): Sites {
  const folder = made('sites', makeSites);
  const path = (name: string) => join(folder, name);
  return {
    leaves: path('leaves.pem'),
    leaf: path('leaf.pem'),
    issuers: path('issuers.pem'),
    trusted: [path('root.pem'), path('stranger.pem')],
    keys: path('keys'),
  };
}

/** Dates that outlast the cache. */
export const dates = {
  from: new Date(Date.now() - 86_400_000).toISOString(),
  to: new Date(Date.now() + 3_650 * 86_400_000).toISOString(),
};

export function newRsaKey(): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function makeSites(folder: string): void {
  mkdirSync(join(folder, 'keys'), { recursive: true });
  const [top, middle, other] = ['Root', 'Intermediate', 'Another Root'].map((name) =>
    party(`CN=${name} CA,O=Example,C=DE`, newRsaKey()),
  ) as [ReturnType<typeof party>, ReturnType<typeof party>, ReturnType<typeof party>];
  const keys = Array.from({ length: keyCount }, newRsaKey);
  const leaves = Array.from({ length: siteCount }, (_, site) =>
    leafOf(middle, { ...dates, host: `site-${site}.example.com`, key: keys[site % keyCount] as KeyPair }),
  );
  const topCertificate = root(top, dates);
  const write = (name: string, certificates: readonly Certificate[]) =>
    writeFileSync(join(folder, name), pemOf(certificates));
  write('leaves.pem', leaves);
  write('leaf.pem', leaves.slice(0, 1));
  write('issuers.pem', [certify(middle, top, dates), topCertificate]);
  write('root.pem', [topCertificate]);
  write('stranger.pem', [root(other, dates)]);
  for (const [number, { privateKey }] of keys.entries())
    writeFileSync(join(folder, 'keys', `${number}.pem`), pkcs8(privateKey));
}

export function pemOf(certificates: readonly Certificate[]): Uint8Array {
  return Buffer.concat(certificates.map(({ der }) => encodePem('CERTIFICATE', der)));
}

function pkcs8(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}
