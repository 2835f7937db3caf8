import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import forge from 'node-forge';

const { asn1, pkcs12, pki } = forge;
const store = pkcs12.pkcs12FromAsn1(asn1.fromDer(await readFile('tomcat.p12', 'latin1')), 'my-passphrase');
const isKey = ({ type }) => type === pki.oids.keyBag || type === pki.oids.pkcs8ShroudedKeyBag;
const { key } = store.getBags({ friendlyName: 'tomcat' }).friendlyName.find(isKey) ?? {};
if (!key) throw new Error('no private key');
const signature = sign('sha256', Buffer.from('text'), createPrivateKey(pki.privateKeyToPem(key)));
console.log(signature.length, 'bytes');
