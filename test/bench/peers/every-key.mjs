// FILE PASSWORD: every private key of a keystore and its certificates as they are stored, by this library.
import { readFileSync } from 'node:fs';
import { encodePem, loadKeyStore } from '../../../dist/index.js';

const [file, storePass] = process.argv.slice(2);
for (const entry of await loadKeyStore(readFileSync(file), { storePass })) {
  if (entry.kind !== 'PrivateKeyEntry') continue;
  process.stdout.write(encodePem('PRIVATE KEY', (await entry.getPrivateKey()).pkcs8));
  for (const { der } of entry.certificateChain) process.stdout.write(encodePem('CERTIFICATE', der));
}
