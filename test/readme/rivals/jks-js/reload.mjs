import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import { toPem } from 'jks-js';

const certificatesOf = (text) => text.split(/(?=-----BEGIN)/).map((pem) => new X509Certificate(pem));
const read = async () => {
  const entries = toPem(await readFile('tomcat.keystore'), 'my-passphrase');
  const chain = certificatesOf(entries.tomcat.cert).slice(0, 1);
  const candidates = Object.values(entries).flatMap(({ ca, cert }) => certificatesOf(cert ?? ca));
  const isIssuer = (last) => (each) =>
    each.subject !== each.issuer && !chain.includes(each) && last.checkIssued(each) && last.verify(each.publicKey);
  for (let next = candidates.find(isIssuer(chain[0])); next; next = candidates.find(isIssuer(next))) chain.push(next);
  return { key: entries.tomcat.key, cert: chain.join('') };
};
const server = createServer(await read(), (socket) => socket.end('hello\n'));
process.on('SIGHUP', () => {
  read().then((options) => server.setSecureContext(options), console.error);
});
server.listen(8444);
