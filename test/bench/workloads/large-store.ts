import { mkdirSync } from 'node:fs';
import { make, need } from '../tool.js';
import { made, password, source } from './made-files.js';
import { keyCount, siteCount, sites } from './sites.js';
import { type KeyKind, trustedCertificates } from './trusted-certificates.js';

export type LargeStoreType = 'JKS' | 'JCEKS' | 'PKCS12' | 'BKS' | 'UBER' | 'BCFKS';

const bouncyCastle = '/usr/share/java/bcprov.jar';
const ofBouncyCastle: readonly LargeStoreType[] = ['BKS', 'UBER', 'BCFKS'];

/** A store of trusted certificates, written by Java or Bouncy Castle. */
export function trustStore(type: LargeStoreType, count: number, kind: KeyKind = 'P-256'): string {
  if (ofBouncyCastle.includes(type)) need(bouncyCastle);
  return made(`trusted-${kind}-${count}.${type.toLowerCase()}`, (path) =>
    write('trusted', trustedCertificates(kind), type, String(count), path),
  );
}

/** A store of private keys, `site-0` and so on, each with a chain of three certificates. */
export function privateKeyStore(type: LargeStoreType, count: number): string {
  return made(`keys-${count}.${type.toLowerCase()}`, (path) => {
    const { leaves, issuers, keys } = sites();
    write('keys', leaves, issuers, keys, String(keyCount), type, String(count), path);
  });
}

/** 1,000 JKS files in a folder, each with a key, its chain of three certificates, and two trusted certificates. */
export function storeFolder(): string {
  return made('stores', (path) => {
    mkdirSync(path);
    const { leaves, issuers, keys, trusted } = sites();
    write('stores', leaves, issuers, keys, String(keyCount), String(siteCount), path, ...trusted);
  });
}

/** keytool would take an hour: it writes the whole store anew for each entry. */
function write(...args: readonly string[]): void {
  need('java');
  const program = source('workloads/WriteStores.java');
  const classes = made('write-stores', (path) => make('javac', ['-d', path, program]), program);
  make('java', ['-cp', `${classes}:${bouncyCastle}`, 'WriteStores', password, ...args]);
}
