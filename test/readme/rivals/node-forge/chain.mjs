import { readFile, writeFile } from 'node:fs/promises';
import forge from 'node-forge';

const { pkcs7, pki } = forge;
const leaf = pki.certificateFromPem(await readFile('site.pem', 'latin1'));
const { certificates } = pkcs7.messageFromPem(await readFile('intermed.p7b', 'latin1'));
const anchors = pki.createCaStore([await readFile('root.pem', 'latin1')]);
const chain = [leaf];
const isIssuer = (last) => (each) =>
  !each.isIssuer(each) && !chain.includes(each) && last.isIssuer(each) && each.verify(last);
for (let next = certificates.find(isIssuer(leaf)); next; next = certificates.find(isIssuer(next))) chain.push(next);
const last = chain.findIndex((each) => anchors.getIssuer(each));
pki.verifyCertificateChain(anchors, chain.slice(0, last + 1));
await writeFile('fullchain.pem', chain.map((each) => pki.certificateToPem(each)).join(''));
const { attributes } = anchors.getIssuer(chain[last]).subject;
const name = attributes.map(({ shortName, value }) => `${shortName}=${value}`).reverse();
console.log(chain.length, 'certificates up to', name.join(','));
