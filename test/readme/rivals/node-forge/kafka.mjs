import { readFile } from 'node:fs/promises';
import forge from 'node-forge';

const { asn1, pem, pkcs12, pki } = forge;
const readBags = async (path) => {
  const { safeContents } = pkcs12.pkcs12FromAsn1(asn1.fromDer(await readFile(path, 'latin1')), 'changeit');
  return safeContents.flatMap(({ safeBags }) => safeBags);
};
// node-forge reads neither keys of elliptic curves nor their certificates, but leaves their ASN.1.
const toPem = (bags, wanted, label) =>
  bags
    .filter(({ type }) => type === wanted)
    .map((bag) => pem.encode({ type: label, body: asn1.toDer(bag.asn1).bytes() }))
    .join('');
const [client, trusted] = [await readBags('client.p12'), await readBags('clients.jks')];
const ssl = {
  key: toPem(client, pki.oids.keyBag, 'PRIVATE KEY'),
  cert: toPem(client, pki.oids.certBag, 'CERTIFICATE'),
  ca: toPem(trusted, pki.oids.certBag, 'CERTIFICATE'),
};
// const kafka = new Kafka({ brokers: ['kafka.example.com:9093'], ssl });
console.log(Object.keys(ssl).join(', '));
