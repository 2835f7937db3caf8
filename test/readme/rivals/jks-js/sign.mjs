import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { toPem } from 'jks-js';

const { key } = toPem(await readFile('tomcat.keystore'), 'my-passphrase').tomcat ?? {};
if (key === undefined) throw new Error('no private key');
const signature = sign('sha256', Buffer.from('text'), createPrivateKey(key));
console.log(signature.length, 'bytes');
