import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import forge from 'node-forge';

const { asn1, pem, pkcs12, pki } = forge;
const store = pkcs12.pkcs12FromAsn1(asn1.fromDer(await readFile('client.p12', 'latin1')), 'changeit');
const bags = store.getBags({ friendlyName: 'client' }).friendlyName;
const [key, certificate] = [pki.oids.keyBag, pki.oids.certBag].map((wanted) =>
  bags.find(({ type }) => type === wanted),
);
// node-forge reads neither keys of elliptic curves nor their certificates, but leaves their ASN.1.
const toPem = (type, bag) => pem.encode({ type, body: asn1.toDer(bag.asn1).bytes() });
const own = { key: toPem('PRIVATE KEY', key), cert: toPem('CERTIFICATE', certificate) };
const options = { ...own, ca: await readFile('root.pem'), servername: 'mail.example.com', port: 8443 };
get('https://localhost', options, (response) => response.pipe(process.stdout));
