import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import forge from 'node-forge';

const { asn1, pem, pkcs12, pki } = forge;
const readBags = async (path, password) =>
  pkcs12
    .pkcs12FromAsn1(asn1.fromDer(await readFile(path, 'latin1')), password)
    .safeContents.flatMap(({ safeBags }) => safeBags);
const bags = await readBags('tomcat.p12', 'my-passphrase');
const isKey = ({ type }) => type === pki.oids.keyBag || type === pki.oids.pkcs8ShroudedKeyBag;
const keyBag = bags.find(isKey);
const certificates = bags.flatMap(({ cert }) => cert ?? []);
const chain = certificates.filter(({ publicKey }) => publicKey.n.equals(keyBag.key.n)).slice(0, 1);
const isIssuer = (last) => (each) =>
  !each.isIssuer(each) && !chain.includes(each) && last.isIssuer(each) && each.verify(last);
for (let next = certificates.find(isIssuer(chain[0])); next; next = certificates.find(isIssuer(next))) chain.push(next);

const own = { key: pki.privateKeyToPem(keyBag.key), cert: chain.map((each) => pki.certificateToPem(each)).join('') };
// node-forge reads no certificates with keys of elliptic curves, but leaves their ASN.1.
const toPem = ({ cert, asn1: der }) =>
  pem.encode({ type: 'CERTIFICATE', body: asn1.toDer(der ?? pki.certificateToAsn1(cert)).bytes() });
const trusted = (await readBags('clients.jks', 'changeit')).filter(({ type }) => type === pki.oids.certBag);
const ca = trusted.map(toPem);
const server = createServer({ ...own, ca, requestCert: true }, (request, response) => {
  response.end(`hello ${request.socket.getPeerCertificate().subject.CN}`);
});
server.listen(8443);
