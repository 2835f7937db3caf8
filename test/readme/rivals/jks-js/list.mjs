import { readFile } from 'node:fs/promises';
import { toPem } from 'jks-js';

const entries = toPem(await readFile('tomcat.keystore'), 'my-passphrase');
for (const [alias, { key }] of Object.entries(entries))
  console.log(alias, key ? 'PrivateKeyEntry' : 'trustedCertEntry');
