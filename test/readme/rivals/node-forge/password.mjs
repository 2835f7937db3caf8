import { readFile } from 'node:fs/promises';
import forge from 'node-forge';

const { asn1, pkcs12 } = forge;
const content = asn1.fromDer(await readFile('tomcat.p12', 'latin1'));
for (const [number, password] of ['changeit', 'secret', 'my-passphrase'].entries()) {
  try {
    const { safeContents } = pkcs12.pkcs12FromAsn1(content, password);
    console.log(`password ${number + 1} opens ${safeContents.flatMap(({ safeBags }) => safeBags).length} bags`);
    break;
  } catch (error) {
    if (error.message !== 'PKCS#12 MAC could not be verified. Invalid password?') throw error;
  }
}
