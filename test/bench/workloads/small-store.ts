import { join } from 'node:path';
import { make } from '../tool.js';
import { made, password } from './made-files.js';
import { sites } from './sites.js';

/** Java's types with private keys; `legacy` is PKCS#12 as it was before Java 8u301: RC2 and 3DES. */
export type SmallStoreType = 'JKS' | 'JCEKS' | 'PKCS12' | 'legacy';

/** What keytool writes for a site: an RSA-2048 key `site` with a chain of three certificates, and two trusted certificates. */
export function smallStore(type: SmallStoreType): string {
  return made(`small.${type.toLowerCase()}`, (path) => {
    const { keys, leaf, issuers, trusted } = sites();
    const source = made('site.p12', (out) => {
      const input = ['-inkey', join(keys, '0.pem'), '-in', leaf, '-certfile', issuers, '-name', 'site'];
      make('openssl', ['pkcs12', '-export', ...input, '-passout', `pass:${password}`, '-out', out]);
    });
    const options = [
      ...(type === 'legacy' ? ['-J-Dkeystore.pkcs12.legacy=true'] : []),
      '-noprompt',
      ...['-storetype', type === 'legacy' ? 'PKCS12' : type, '-storepass', password],
    ];
    const destination = options.map((option) => option.replace(/^-store/, '-deststore'));
    const from = ['-srckeystore', source, '-srcstoretype', 'PKCS12', '-srcstorepass', password];
    make('keytool', ['-importkeystore', ...from, '-destkeystore', path, '-destkeypass', password, ...destination]);
    for (const [number, file] of trusted.entries())
      make('keytool', ['-importcert', '-keystore', path, '-alias', `root-${number}`, '-file', file, ...options]);
  });
}
