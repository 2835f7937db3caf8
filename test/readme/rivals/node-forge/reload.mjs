import { readFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import forge from 'node-forge';

const { asn1, pkcs12, pki } = forge;
const isKey = ({ type }) => type === pki.oids.keyBag || type === pki.oids.pkcs8ShroudedKeyBag;
const read = async () => {
  const store = pkcs12.pkcs12FromAsn1(asn1.fromDer(await readFile('tomcat.p12', 'latin1')), 'my-passphrase');
  const bags = store.safeContents.flatMap(({ safeBags }) => safeBags);
  const { key } = bags.find(isKey);
  const certificates = bags.flatMap(({ cert }) => cert ?? []);
  const chain = certificates.filter(({ publicKey }) => publicKey.n.equals(key.n)).slice(0, 1);
  const isIssuer = (last) => (each) =>
    !each.isIssuer(each) && !chain.includes(each) && last.isIssuer(each) && each.verify(last);
  for (let next = certificates.find(isIssuer(chain[0])); next; next = certificates.find(isIssuer(next)))
    chain.push(next);
  return { key: pki.privateKeyToPem(key), cert: chain.map((each) => pki.certificateToPem(each)).join('') };
};
const server = createServer(await read(), (socket) => socket.end('hello\n'));
process.on('SIGHUP', () => {
  read().then((options) => server.setSecureContext(options), console.error);
});
server.listen(8444);
