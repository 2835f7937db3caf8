import { readFile } from 'node:fs/promises';
import { toPem } from 'jks-js';

const bytes = await readFile('tomcat.keystore');
for (const [number, password] of ['changeit', 'secret', 'my-passphrase'].entries()) {
  try {
    const entries = toPem(bytes, password);
    console.log(`password ${number + 1} opens ${Object.keys(entries).length} entries`);
    break;
  } catch (error) {
    if (error.message !== 'Password verification failed') throw error;
  }
}
